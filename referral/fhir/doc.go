// Package fhir translates what the library knows into FHIR R4 resources and back, and says
// what is lost on the way.
//
// GP systems, charities' platforms and national services exchange referrals as FHIR. No
// resource says all that is known here, and most say things that are not known here, so
// each translation comes with a [Report]: what was dropped, made coarser, defaulted, has no
// code, was withheld or refused. What a resource holds beyond what is modelled stays in it
// byte for byte (package resource).
//
//	e := fhir.Encoder{Profile: fhir.England(), Own: "https://bay.example", To: gp, As: consent.Health, May: permission, Zone: london}
//	task, lost := e.Task(fhir.PlacementOf(p), nil)
//	bundle, lost := e.Case(fhir.CaseOf(c), fhir.Transaction)
//
// An [Encoder] writes for one reader. The permission is asked about each element, and what
// the person has not permitted is withheld and named without its content. A [Profile] is
// the guide that is followed: [R4], [England] with the shapes of UK Core, or [SDOHCC].
//
// A [Decoder] reads. What would be unsafe to read with a part left out is refused: a
// modifier extension that is not known, rules that are implied, a request that says "do not
// perform". What a partner answers becomes an [Answer], a command that our table of
// placements allows, or nothing: a status that it does not allow is history with a loss, and
// never a command.
//
//	answer, lost, err := d.Answer(task, p, stamp)
//	err = answer.Apply(p, stamp)
//
// A whole case is taken in by [Case.Replay], step by step as the tables allow it and the
// permission here lets it be disclosed.
//
//	lost, err := read.Replay(kept, permission, sp.By(ann, now))
//	err = store.Save(ctx, db, kept)
//
// An Encoder that is given a resource to write onto keeps what that has beyond what is
// modelled, whoever may read it: pass on only what the reader wrote themself, or begin with
// nil.
//
// IDs travel as identifiers under the base address of whoever gave them ([Encoder].Own),
// so that what is imported twice is imported once.
package fhir
