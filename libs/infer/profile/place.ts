/** What was seen at one place of the events: a property, or the items of a list. */
import { DistinctValues } from './distinct-values.js';
import { NumberFacts } from './number-facts.js';
import { TextFacts } from './text-facts.js';
import type { Identity } from './unique-values.js';

export class Place {
  /** How often something stood there, null included. */
  seen = 0;
  nulls = 0;
  booleans = 0;
  objects = 0;
  arrays = 0;
  readonly numbers = new NumberFacts();
  readonly texts = new TextFacts();
  /** Of texts and integers. */
  readonly distinct = new DistinctValues();
  /** Undefined within lists, where nothing identifies an event. */
  identity: Identity | undefined;
  /** Of the objects, by name, in the order in which they came. */
  readonly properties = new Map<string, Place>();
  /** The names of the objects are too many, or go too deep, to be a structure: they are data. */
  isFree = false;
  /** Of the lists. */
  items: Place | undefined;

  /** @param path names from the event on; undefined within lists */
  constructor(readonly path: readonly string[] | undefined) {}
}
