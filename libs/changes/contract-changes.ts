/** What becomes of events: which would be refused that were accepted, and the other way around. No table breaks of it. */
import { asObject, type EventObject } from '#contract/values/event-object';
import { type Change, compatible, paired, type Version } from './change.js';

/** They say something to people, and nothing of events. */
const words: ReadonlySet<string> = new Set(['$comment', 'title', 'description', 'examples', 'default', 'deprecated']);

export function contractChanges(before: Version, after: Version): Change[] {
  return paired(before.contracts, after.contracts).both.flatMap(([source, was, is]) =>
    oneContract(`contract of ${source}`, asObject(was) ?? {}, asObject(is) ?? {}),
  );
}

function oneContract(what: string, was: EventObject, is: EventObject): Change[] {
  const { both, added, removed } = paired(propertiesOf(was), propertiesOf(is));
  const [isOpen, wasOpen] = [isOpenTo(is), isOpenTo(was)];
  const changed = both.flatMap(([name, from, to]) => {
    const keywords = keywordsChanged(from, to);
    return keywords.length === 0 ? [] : [changedKeywords(what, name, keywords)];
  });
  return [
    ...changed,
    ...demands(what, was, is),
    ...removed.map((name) =>
      compatible(
        what,
        isOpen
          ? `lets ${name} through, into bronze alone`
          : `refuses events with ${name}, as a property that it does not know`,
      ),
    ),
    ...(wasOpen && !isOpen
      ? [compatible(what, 'refuses events with properties that it does not name, which it let through')]
      : []),
    ...(!wasOpen && isOpen ? [compatible(what, 'lets properties through that it does not name')] : []),
    ...(wasOpen ? added.map((name) => compatible(what, `checks ${name}, which it let through as it came`)) : []),
    ...otherRules(what, was, is),
  ];
}

function changedKeywords(what: string, name: string, keywords: readonly string[]): Change {
  return compatible(
    what,
    `checks ${name} otherwise (${keywords.join(', ')}): an event that breaks it goes to quarantine`,
  );
}

function demands(what: string, was: EventObject, is: EventObject): Change[] {
  const [before, after] = [requiredIn(was), requiredIn(is)];
  return [
    ...after
      .filter((name) => !before.includes(name))
      .map((name) => compatible(what, `demands ${name}: events without it go to quarantine`)),
    ...before
      .filter((name) => !after.includes(name) && Object.hasOwn(propertiesOf(is), name))
      .map((name) => compatible(what, `does not demand ${name} any more`)),
  ];
}

/** Rules about the whole event. */
function otherRules(what: string, was: EventObject, is: EventObject): Change[] {
  const apart = new Set(['properties', 'required', 'additionalProperties', '$schema', '$id']);
  const keywords = keywordsChanged(was, is).filter((keyword) => !apart.has(keyword));
  return keywords.length === 0
    ? []
    : [compatible(what, `has other rules for the whole event (${keywords.join(', ')})`)];
}

function keywordsChanged(was: unknown, is: unknown): string[] {
  const [before, after] = [asObject(was) ?? {}, asObject(is) ?? {}];
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return all.filter((keyword) => !words.has(keyword) && plain(before[keyword]) !== plain(after[keyword]));
}

/** The same text for the same rules, whatever is said about them. An object under such a name is a property that is called so. */
function plain(value: unknown): string {
  return (
    JSON.stringify(value, (key, part: unknown) =>
      words.has(key) && asObject(part) === undefined ? undefined : part,
    ) ?? ''
  );
}

function propertiesOf(schema: EventObject): EventObject {
  return asObject(schema['properties']) ?? {};
}

function requiredIn(schema: EventObject): string[] {
  const { required } = schema;
  return Array.isArray(required) ? required.map(String) : [];
}

function isOpenTo(schema: EventObject): boolean {
  return schema['additionalProperties'] !== false;
}
