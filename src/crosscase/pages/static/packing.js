/* Opens what pages/packing.py packed, before anything else runs: no page is shown or printed without it. */
function unpacked(letters) {
  const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  /* gzip: ten bytes before, and at the end how long it is when opened */
  const length = new DataView(bytes.buffer).getUint32(bytes.length - 4, true);
  return JSON.parse(new TextDecoder().decode(inflate(bytes.subarray(10), new Uint8Array(length))));
}
