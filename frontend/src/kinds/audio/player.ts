/* One sound of a task: what plays it, its wave once it is decoded, and where a person stands in it. Nothing
   of it is an answer; it is kept beside the draft, as long as its task is. */
import type { QuestionContext } from "../shared/kind";
import { type Edge, peaksOf } from "./model";

export type Player = {
  url: string;
  /** The element on the page, once it is there: only what stands on a page is time worked. */
  sound: HTMLAudioElement | null;
  peaks: Float32Array | null;
  state: "waiting" | "coming" | "drawn" | "none";
  /** In seconds, where the sound does not say it itself. */
  length: number;
  speed: number;
  /** The segment in hand: chosen, or placed last. */
  chosen: string;
  /** It was chosen, not just placed: only then does a label rename it. */
  picked: boolean;
  edge: Edge;
  /** Where a segment was begun; null where none is. */
  from: number | null;
  loop: boolean;
  zoom: number;
  left: number;
};

type Here = Pick<QuestionContext, "question" | "cells">;
const players = new WeakMap<object, Map<string, Player>>();

/** Past this a sound is not decoded whole: its wave would take the memory of a phone. */
const LONGEST_WAVE_SECONDS = 7_200;
const RATE = 8_000;

export function playerOf({ question, cells }: Here): Player {
  const own = players.get(cells) ?? new Map<string, Player>();
  players.set(cells, own);
  const content = cells[(question as { column?: string }).column ?? ""];
  const player: Player = own.get(question.id) ?? {
    url: content?.as === "audio" ? content.url : "",
    sound: null,
    peaks: null,
    state: "waiting",
    length: 0,
    speed: 1,
    chosen: "",
    picked: false,
    edge: "end",
    from: null,
    loop: false,
    zoom: 0,
    left: 0,
  };
  own.set(question.id, player);
  return player;
}

export const timeOf = ({ sound }: Player): number => sound?.currentTime ?? 0;
export const lengthOf = ({ sound, length }: Player): number =>
  sound && Number.isFinite(sound.duration) ? sound.duration : length;

export function seek(player: Player, seconds: number): number {
  const most = lengthOf(player) || Number.POSITIVE_INFINITY;
  const to = Math.max(0, Math.min(most, seconds));
  if (player.sound) player.sound.currentTime = to;
  return to;
}

export function toggle({ sound }: Player): void {
  if (!sound) return;
  if (sound.paused) void sound.play().catch(() => undefined);
  else sound.pause();
}

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

/** Decode a sound and keep how loud it is; said when it is there, or that it cannot be. */
export async function drawWave(player: Player, then: () => void): Promise<void> {
  player.state = "coming";
  try {
    if (lengthOf(player) > LONGEST_WAVE_SECONDS) return;
    const answer = await fetch(player.url);
    if (!answer.ok) return;
    const decoder = new OfflineAudioContext(1, 1, RATE);
    const heard = await decoder.decodeAudioData(await answer.arrayBuffer());
    const channels = Array.from({ length: heard.numberOfChannels }, (_, at) =>
      heard.getChannelData(at),
    );
    player.peaks = await peaksOf(channels, heard.sampleRate, pause);
    player.length = heard.duration;
    player.state = "drawn";
  } catch {
    // then it is heard and not seen
  } finally {
    if (player.state === "coming") player.state = "none";
    then();
  }
}
