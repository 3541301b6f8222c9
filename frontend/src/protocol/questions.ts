/* What a question is and what answers it, as JSON. What a kind alone has in its question, its kind reads. */

/** A folder of `locale/`: which there are, `languages.ts` finds. */
export type Language = string;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export type Choice = { value: string; label?: string; choices?: Choice[] };

/** A word of an answer that a condition may name. */
export type Word = string | number;

/** When a question is asked, by the answers to earlier ones: the form of core/kinds/conditions.py. */
export type Condition =
  | { and: Condition[] }
  | { or: Condition[] }
  | {
      question: string;
      is?: Word;
      any?: Word[];
      all?: Word[];
      not?: Word[];
      least?: number;
      most?: number;
      answered?: boolean;
    };

export type Question = {
  id: string;
  kind: string;
  ask: string;
  each?: string;
  when?: Condition;
  optional?: boolean;
};

/** The answer to each question that was asked, by its id. */
export type Values = Record<string, Json>;

/** Answers that are not submitted, by slot: as they are stored on the device. */
export type Drafts = Record<string, Json>;
