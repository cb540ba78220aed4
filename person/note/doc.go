// Package note keeps the case notes of a day: what was said, in somebody's own words.
//
// "Rang Jo. Her sister moves out on Friday, she has not told anybody" is what a link
// worker writes after a call. It has no place in an event, since the log stays when Jo
// asks to be forgotten, and none in a record that everybody reads. So a note is a record
// of its own:
//
//   - It is about a person, or about what is theirs, such as a referral.
//   - Its text is sealed with the person's key: saving it to a database that nothing
//     seals is refused (package store/seal). It stands in no term, no event, no error.
//   - It is versioned: a correction adds a version, and the one before stays readable.
//   - It has a [Class], and nobody reads its text without a permission for that class.
//   - It can be erased, and all that is left is that there was one.
//
// In a line each:
//
//	db := store.Tenant(seal.Driver(records, secrets), "morecambe-bay")
//	n, err := note.Write(note.Note{ID: "N-1", Person: "P-55", About: "referral/R-7", Class: note.Team,
//		Text: sp.Hide("Rang Jo. ...")}, sp.By(ann, at))
//	err = store.Save(ctx, db, n)
//	for n, err := range note.NewRepository(db).Of(ctx, "P-55", note.Query{}) {
//		versions, err := n.Read(reader, permission) // the latest last; sp.ErrDenied without permission
//	}
//
// To forget a person, erase their notes and save that, and destroy the person's key
// then: what backups hold of the notes is unreadable from that moment on.
//
// The secrets of a sealed driver find out whose a note is by its term "person"
// ([TermPerson]).
package note
