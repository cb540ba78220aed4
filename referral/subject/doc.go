// Package subject acts over all records of one person: it reads everything out that is
// kept of them, erases it, and takes a permission back from every placement at once.
//
// A person begins by being referred: a [Reception] finds out who they are, and keeps what is
// known of them as one person.
//
// A person asks what is known about them, and later to be forgotten. What is known stands
// in a dozen kinds of records, all of which carry the person as a term; [Kinds] lists them,
// and a program adds its own. [Read] makes a [Document] of them: what is about others is
// withheld, what a professional says would do serious harm is withheld, and each withheld
// part says on which ground. [TimeLimit] says by which day it is owed.
//
// An [Eraser] ends what is still under way, erases everything and destroys the person's
// key, in this order, and keeps a [Protocol] of it. A protocol whose program was killed is
// resumed by the same call; one that is finished is only read.
//
//	e := subject.Eraser{DB: db, May: may, Forget: secrets.Forget}
//	p, err := e.Erase(ctx, "E-1", "P-55", subject.AtRequest, sp.By(ann, at))
//	fmt.Println(p.State(), p.Counts()) // finished map[note:3 permission:1 person:1 referral:2 ...]
//
// [Withdraw] takes a permission back and ends the placements that rested on it in one
// commit, so that an offer which is accepted at the same moment is either withdrawn or
// never accepted; [Preview] says beforehand what it would do. [LoadFile] reads what every
// decision about somebody rests on, once for a page that decides many; by it providers are
// told no more than the person lets them know, and each telling is noted in the register of
// the person ([File.Ask], [File.Disclose], [File.Grant]). [Keyring] makes pseudonyms
// for research, with keys that rotate.
package subject
