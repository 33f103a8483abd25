/* Opens what pages/packing.py packed, before anything else runs: no page is shown or printed without it. */
function unpacked(letters) {
  const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%,()*+-;.=/?@^_`{|}~";
  const values = new Map(Array.from(SIGNS, (sign, value) => [sign, value]));
  const view = new DataView(new ArrayBuffer(Math.ceil(letters.length / 5) * 4));
  for (let at = 0; at * 5 < letters.length; at += 1) {
    const five = letters.slice(at * 5, at * 5 + 5).padEnd(5, "~");
    view.setUint32(at * 4, Array.from(five).reduce((sum, sign) => sum * 85 + values.get(sign), 0));
  }
  const bytes = new Uint8Array(view.buffer, 0, Math.floor((letters.length * 4) / 5));
  /* gzip: ten bytes before, and at the end how long it is when opened */
  const length = view.getUint32(bytes.length - 4, true);
  return JSON.parse(new TextDecoder().decode(inflate(bytes.subarray(10), new Uint8Array(length))));
}
