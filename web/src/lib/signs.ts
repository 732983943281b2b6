// Signs as Chinese input methods write them, read as the signs of expressions.

// Full-width % & ' ( ) * + , - . / : ; < = > ? @ { | } ~ and the ideographic space and comma; what stands
// in double quotes is a name and stays.
const signs = /"[^"\n]*"?|[\u3000\u3001\uff05-\uff0f\uff1a-\uff20\uff5b-\uff5e]/g;

function twin(sign: string): string {
  if (sign === '\u3000') return ' ';
  if (sign === '\u3001') return ',';
  return String.fromCharCode(sign.charCodeAt(0) - 0xfee0);
}

// One character for one, so that places in the text stay what they are.
export function plainSigns(text: string): string {
  return text.replace(signs, (found) => (found.startsWith('"') ? found : twin(found)));
}
