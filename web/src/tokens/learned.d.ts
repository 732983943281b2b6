// The tokenizer.json that web/learned.ts makes.
declare module 'virtual:learned-tokenizer' {
  const json: string;
  export default json;
}
