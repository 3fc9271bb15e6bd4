import { parseAnswer } from '../../src/web-socket/answer';

const parse = (text: string): ReturnType<typeof parseAnswer> => parseAnswer(Buffer.from(text));

it('is read as Pulsar writes it', () => {
  const text = '{"result":"ok","messageId":"CAAQAxgAIAAwAQ==","context":"12","errorCode":0,"schemaVersion":0}';

  expect(parse(text)).toEqual({ result: 'ok', messageId: 'CAAQAxgAIAAwAQ==', context: '12' });
});

it.each([
  ['in another order', '{"context":"12","messageId":"AQ==","result":"ok"}'],
  ['with blanks', '{ "result": "ok", "messageId": "AQ==", "context": "12" }\n'],
  ['with more than is known', '{"result":"ok","messageId":"AQ==","context":"12","note":"a \\"b\\"","more":[1]}'],
  ['with escapes', '{"result":"o\\u006b","messageId":"AQ=\\u003d","context":"1\\u0032"}'],
  ['with a negative number', '{"result":"ok","messageId":"AQ==","context":"12","errorCode":-1}'],
  [
    'with the last of two',
    '{"result":"ok","messageId":"no","context":"11","result":"ok","messageId":"AQ==","context":"12"}',
  ],
])('is read %s', (_how, text) => {
  expect(parse(text)).toMatchObject({ result: 'ok', messageId: 'AQ==', context: '12' });
});

it('is no success where it begins like one and goes on otherwise', () => {
  expect(parse('{"result":"ok","messageId":"AQ==","context":"12","result":"send-error:8"}')?.result).toBe(
    'send-error:8',
  );
  expect(parse('{"result":"ok","messageId":"AQ=="}')?.context).toBeUndefined();
});

it('keeps Pulsar’s words', () => {
  const text = '{"result":"send-error:8","errorMsg":"Größe \\"ü\\" 🦩","context":"12","errorCode":0}';

  expect(parse(text)).toMatchObject({ result: 'send-error:8', errorMsg: 'Größe "ü" 🦩', context: '12' });
});

it.each([
  '',
  'not JSON',
  'null',
  '[]',
  '"ok"',
  '12',
  '{}',
  '{"result":"ok","messageId":"AQ==","context":"12"',
  '{"result":"ok","messageId":"AQ==","context":"12"}}',
  '{"result":"ok","messageId":"AQ==","context":"12","errorCode":0',
])('%j is none', (text) => {
  expect(parse(text)).toBeUndefined();
});

it('is none where it is not UTF-8', () => {
  const bytes = Buffer.from('{"result":"ok","messageId":"AQ==","context":"12","note":"?"}');
  bytes[bytes.indexOf('?')] = 0xff;

  expect(parseAnswer(bytes)).toBeUndefined();
});
