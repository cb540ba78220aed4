// Package register keeps what a person's permissions rest on: who chose what, who
// overrode it and why, who asked for more, and what was told to whom on which authority.
//
// A [Register] is one record for each person, found by the person's term. It changes by
// commands and keeps their events; all of them hold codes, times and pseudonyms, so the
// log has every telling in it and nothing of what was told. Words - the facts that an
// override relied on, the evidence of a finding - are notes of package note, sealed, and
// stand here by their ID.
//
// [Register.File] is what a policy of package consent decides on, and [Register.Tell] asks
// that policy: nothing is told, and nothing is noted as told, without an authority.
//
//	r := register.New("P-55", may)
//	err := r.Open(consent.England, sp.By(ann, at))
//	err = r.Choose(consent.Choice{ID: "C-1", By: "P-55", As: consent.Themself, Scope: scope, Wording: wording, Given: consent.Spoken}, sp.By(ann, at))
//	told, err := r.Tell(policy, register.Facts{Born: born, Holder: "ann"}, register.Telling{ID: "T-1", Ask: garden, Items: items}, sp.By(ann, at))
//	err = store.Save(ctx, db, r)
//	for _, t := range r.Told() { ... } // who was told what, on which authority, until when
package register
