// Package custom keeps the facts that a scheme asks for by itself.
//
// One scheme has to know whether somebody holds a blue badge, another from which ward a
// referral came, a third runs a study with a question of its own. No library foresees
// them, and they belong neither into notes, where nothing counts them, nor into a table
// beside, which nobody remembers when the person asks to be forgotten. So:
//
//   - A [Schema] declares the fields of a scheme as data, in a namespace of its own: each
//     [Field] with its label, its [Kind], whether it is of people or of referrals, whether
//     it is sensitive, and which audiences may ever see it.
//   - A [Value] is an answer: a text, a number, a day, yes, no or unknown, or one of the
//     codes that the field lists. It cannot print itself. Where there is no value, nobody
//     has asked.
//   - A [Record] holds the values of one person or one referral. It checks them against
//     the declaration as they are set, asks a permission before they are read, field by
//     field, and can be erased. It is sealed with the person's key: saving it to a database
//     that nothing seals is [sp.ErrInvalid]; see package store/seal. [Repository] finds it.
//
// In a line each:
//
//	bay := &custom.Schema{Namespace: "bay", Version: "2026-11", Fields: []custom.Field{
//		{Key: "blue-badge", Label: "Holds a blue badge", Of: custom.Person, Kind: custom.KindTruth,
//			Audiences: []consent.Audience{consent.SocialCare}}}}
//	r, err := custom.New(custom.Subject{Person: "P-55"})
//	err = r.Set(bay, custom.Values{"blue-badge": custom.Truth(sp.Yes)}, sp.By(ann, at))
//	err = store.Save(ctx, db, r)
//	values, withheld := r.Read(bay, reader, consent.SocialCare, permission)
//
// A policy of package consent denies what it has never heard of: say of which kind a field
// is, as in policy.Fields["bay.blue-badge"] = consent.Needs. A sensitive field it treats as
// a sensitive need with the field's [Name] for its code.
//
// The log holds how many fields were set under which schema, and neither their names nor
// their values. What an earlier version of a schema declared, and this one does not, is
// kept: nobody reads it through the record until it is declared again, but the person is
// told of it, and it is erased with the rest; see package referral/subject.
package custom
