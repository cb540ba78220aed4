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
// What a partner sends beside the answer, such as a need that is over, is read where both
// are in one bundle ([Decoder.In]).
//
// A whole case is taken in by [Case.Replay]: the tables here check each step, and the
// permission here whatever would be disclosed by it. [Case.ReplayChoices], before it,
// records what the person has permitted and refused.
//
//	lost, err := read.Replay(kept, permission, sp.By(ann, now))
//	err = store.Save(ctx, db, kept)
//
// A method of an Encoder can be given the resource as it was received or written before.
// Everything in that which is not modelled here stays, whoever may read it. So give it what
// this reader wrote or was sent, and nil for any other reader.
//
// An ID travels as an identifier under the base address of whoever gave it
// ([Encoder].Own), so that what is imported twice is imported once. People, organisations
// and services of others are found by [Decoder].Known.
//
// docs/fhir.md lists what goes out as what and what is lost, with the test that holds each.
package fhir
