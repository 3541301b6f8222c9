/* The files of a zip, unpacked one at a time. A zip that would unpack to far more than it holds is
   refused before anything is unpacked. Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4. */

import type { Files } from "../bundle";
import { quoted, text, Unreadable } from "../canonical";

const MOST_FILES = 1_001;
const MOST_BYTES = 2 ** 32;
const TIMES = 200;
const ALWAYS = 2 ** 20;
const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_NOTE = 0xffff;
const WIDE_END = 0x06064b50;
const WIDE_PLACE = 0x07064b50;
const WIDE_PLACE_BYTES = 20;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const IN_WIDE = 0xffff_ffff;
const WIDE_EXTRA = 1;
const STORED = 0;
const DEFLATED = 8;
const KIND = 0o170000;
const LINK = 0o120000;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

type Entry = {
  name: string;
  method: number;
  crc: number;
  packed: number;
  size: number;
  at: number;
};

/** List what is in a zip, less the one folder around it all. */
export async function openZip(file: Blob): Promise<Files> {
  const entries = await entriesOf(file);
  const names = entries.map((one) => one.name);
  if (new Set(names).size < names.length) throw new Unreadable("the zip holds a name twice");
  const most = Math.min(MOST_BYTES, ALWAYS + TIMES * file.size);
  const total = entries.reduce((sum, one) => sum + one.size, 0);
  if (entries.length > MOST_FILES || total > most) throw new Unreadable("the zip holds too much");
  const outer = new Set(names.map((name) => name.split("/")[0]));
  const isInside = outer.size === 1 && names.every((name) => name.includes("/"));
  const cut = isInside ? `${[...outer][0]}/`.length : 0;
  const held = new Map(entries.map((one) => [one.name.slice(cut), one]));
  return {
    paths: [...held.keys()],
    read: async (path) => {
      const entry = held.get(path);
      if (!entry) throw new Unreadable(`there is no ${path}: this is no whole bundle`);
      return unpacked(file, entry);
    },
  };
}

async function entriesOf(file: Blob): Promise<Entry[]> {
  const { at, size, count } = await directoryOf(file);
  const raw = await part(file, at, size);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const entries: Entry[] = [];
  let place = 0;
  for (let number = 0; number < count; number += 1) {
    if (place + ENTRY_BYTES > size || view.getUint32(place, true) !== ENTRY) throw broken();
    const lengths = [28, 30, 32].map((offset) => view.getUint16(place + offset, true));
    const [nameLength = 0, extraLength = 0, noteLength = 0] = lengths;
    const begin = place + ENTRY_BYTES;
    const next = begin + nameLength + extraLength + noteLength;
    if (next > size) throw broken();
    const name = text(raw.subarray(begin, begin + nameLength), "a name in the zip");
    const flags = view.getUint16(place + 8, true);
    const method = view.getUint16(place + 10, true);
    const mode = view.getUint32(place + 38, true) >>> 16;
    const [whole, packed, local] = widened(
      raw.subarray(begin + nameLength, begin + nameLength + extraLength),
      [24, 20, 42].map((offset) => view.getUint32(place + offset, true)),
    );
    if (!name.endsWith("/")) {
      const isRead = method === STORED || method === DEFLATED;
      if (flags & 1 || !isRead || (mode & KIND) === LINK) {
        throw new Unreadable(`${quoted(name)} is packed in a way that is not read`);
      }
      const crc = view.getUint32(place + 16, true);
      entries.push({ name, method, crc, packed, size: whole, at: local });
    }
    place = next;
  }
  return entries;
}

/** Find the list of files at the end; that of a wide zip (ZIP64) stands before it. */
async function directoryOf(file: Blob): Promise<{ at: number; size: number; count: number }> {
  const begin = Math.max(0, file.size - END_BYTES - LONGEST_NOTE);
  const tail = await part(file, begin, file.size - begin);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - END_BYTES;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw broken();
  const place = end - WIDE_PLACE_BYTES;
  if (place >= 0 && view.getUint32(place, true) === WIDE_PLACE) {
    const wide = await part(file, wholeOf(view, place + 8), 56);
    const record = new DataView(wide.buffer, wide.byteOffset, wide.byteLength);
    if (record.getUint32(0, true) !== WIDE_END) throw broken();
    return { count: wholeOf(record, 32), size: wholeOf(record, 40), at: wholeOf(record, 48) };
  }
  return {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    at: view.getUint32(end + 16, true),
  };
}

/** Read from the extra field the numbers that do not fit in four bytes. */
function widened(extra: Uint8Array, numbers: number[]): [number, number, number] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let at = 0;
  while (at + 4 <= extra.length && view.getUint16(at, true) !== WIDE_EXTRA) {
    at += 4 + view.getUint16(at + 2, true);
  }
  at += 4;
  const [size = 0, packed = 0, local = 0] = numbers.map((number) => {
    if (number !== IN_WIDE) return number;
    if (at + 8 > extra.length) throw broken();
    at += 8;
    return wholeOf(view, at - 8);
  });
  return [size, packed, local];
}

async function unpacked(file: Blob, entry: Entry): Promise<Uint8Array> {
  const head = await part(file, entry.at, LOCAL_BYTES);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== LOCAL) throw broken();
  const begin = entry.at + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = file.slice(begin, begin + entry.packed);
  const stream =
    entry.method === STORED
      ? packed.stream()
      : packed.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = new Uint8Array(entry.size);
  let size = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (size + value.length > entry.size) throw broken();
      content.set(value, size);
      size += value.length;
    }
  } catch (why) {
    await reader.cancel().catch(() => undefined);
    throw why instanceof Unreadable ? why : broken();
  }
  if (size !== entry.size || crcOf(content) !== entry.crc) throw broken();
  return content;
}

function crcOf(content: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of content) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 255] as number);
  return (crc ^ 0xffff_ffff) >>> 0;
}

async function part(file: Blob, at: number, size: number): Promise<Uint8Array> {
  if (at + size > file.size) throw broken();
  return new Uint8Array(await file.slice(at, at + size).arrayBuffer());
}

function wholeOf(view: DataView, at: number): number {
  const number = view.getBigUint64(at, true);
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) throw broken();
  return Number(number);
}

const broken = () => new Unreadable("the zip cannot be unpacked");
