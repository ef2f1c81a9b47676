import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Place, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "document-kind-unknown",
    "Kind of document not recognised",
    Severity.Error,
    "Name the kind (--kind), or check the top-level fields.",
  );
}

/** No kind of the catalogue has this shape. */
export function report(to: Report, source: Source, got: Text): void {
  const message =
    "expected an environment or a document of Mesos, Marathon, Metronome, Chronos, Singularity or OCI, got ";
  to.add(rule(), message + got, new Place(source, source.tape.start(0), 1));
}
