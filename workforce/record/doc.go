// Package record keeps what is known of a workforce: one document in one record, with
// a line in the log for each time that it was written.
//
// Package workforce defines a few kinds of document, such as a worker. How these are kept is
// the same for all of them, and stands here once.
//
//   - A [Kind] says how documents of one kind are checked and found, and who may write them.
//   - A [Record] is a document as it is kept: it can be amended, taken back and erased, and
//     is a [store.Change].
//   - A [Repository] finds documents by their worker, area, code and day, each query in one
//     indexed scan.
//
// Users of package workforce need no Kind; a scheme that keeps documents of its own writes
// one:
//
//	var keys = record.Kind[Key]{Name: "office-key", By: []sp.Role{sp.RoleTeamLead}, Index: Key.index, Check: Key.check}
//
//	r, err := keys.Write(Key{ID: "K-1", Holder: "ann"}, sp.By(lena, at))
//	err = store.Save(ctx, db, r)
//	held, err := keys.In(db).List(ctx, record.Query{Worker: "ann"})
//
// The log holds the JSON of a document: identifiers, codes and numbers. Names and words are
// left out of that JSON, stand in the body of the record alone, and go when it is erased.
// Time never goes back: what is recorded earlier than what was recorded before is refused.
package record
