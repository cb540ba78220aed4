// Package person holds what is known about the people who are served, and shows
// each part of a program no more of it than it needs.
//
// A link worker needs a name and a safe telephone number. Whoever looks for help
// that fits needs an age, a language, a bus pass, and what a visit may cost - but
// no name. The log of what happened needs an [ID], and must be able to stay when
// the person asks to be forgotten. So there are three things:
//
//   - [Person] is everything that is known about somebody. It prints as its ID,
//     and its parts are [sp.Personal].
//   - [Record] keeps a person in a store, where it can be revised and erased.
//     Its events say who changed which field, never to what.
//   - [Profile] is the pseudonymous extract that the other packages work with:
//     [Circumstances], an age in months, and a home on a grid of about a kilometre.
//
// A fact that nobody stated is unknown: a [sp.Truth], a missing entry of a map,
// or the zero [sp.Known]. This matters most for safety. [Person.Reach] returns
// only what was said to be safe, because a ringing telephone can tell somebody at
// home that help was sought:
//
//	p := person.Person{
//		ID:       "P-55",
//		Contacts: []person.Contact{{Value: number, Safe: map[person.Channel]sp.Truth{person.Phone: sp.No, person.Text: sp.Yes}}},
//		Channels: map[person.Channel]sp.Truth{person.Letter: sp.No},                        // do not write
//	}
//	record, err := person.Register(p, sp.By(ann, at))
//	err = store.Save(ctx, db, record, referral)                                          // both or neither
//	profile := record.Person().Profile(sp.DateOf(at))
//
// An [Index] finds a person by their NHS number, which stands in no term and in no
// event: the store keeps a hash of it under the secret of a [HashKey], and one person
// only can have it.
//
// What a person likes is among their circumstances ([Interest]). Their [Equality] facts,
// the practice they are registered with and how they heard of the scheme are asked to see
// whom it reaches, and decide nothing: a profile has them in bands.
//
// A child is received like anybody else, whether or not somebody knows who decides for
// them ([Representative]) or when they were born: [Repository.Undecided] is the list of
// those of whom that has to be asked, before anything is told of them to anybody. People who are referred together share a [HouseholdID].
//
// Errors are [*sp.InvalidError] with the fields and rules at fault, and those of
// package store. None of them repeats a value.
package person
