// Package voice keeps what people, workers and partners say about a scheme.
//
// The study that this library answers was made of interviews: link workers who are
// worn out, people who had never heard of it, charities whose money ends in March. A
// scheme that wants to know the same of itself has to ask again and again, in a form
// that can be counted. So whatever somebody says is one record here, of one [Kind]:
// an experience of the help, trust, whether they would recommend it, how the staff
// are, what stands in the way and what stood in the way today (the barrier diary), a
// request for what is not there, a request for support, a concern about privacy, and
// a check of a listing that was drawn as a sample.
//
//   - A [Statement] is codes: what was said ([Said]), and whom it is from.
//   - A [List] holds the codes that may be said, by kind and speaker: [Standard].
//   - A [Record] is a statement as it is kept. It can be answered, taken back, and erased.
//   - A [Repository] finds what was said: by kind, time, area and service, of a
//     person, and what nobody has answered yet.
//
// In a line each:
//
//	entry := voice.Statement{ID: "V-1", Said: voice.Said{Kind: voice.Diary, Speaker: voice.LinkWorker,
//		Items: []voice.Item{{Code: "bd-2-4-l", Effect: voice.Slower, Weight: 2}}}} // paperwork
//	record, err := voice.Say(entry, nil, sp.By(ann, at))
//	err = store.Save(ctx, db, record)
//	for record, err := range voice.NewRepository(db).Find(ctx, voice.Query{Kinds: []voice.Kind{voice.Request}, Open: true}) { ... }
//
// The log holds what was said and by which kind of speaker, and neither the person, nor
// the case, nor a word of theirs: an erased statement is nobody's, and still counts. The
// pulse of a staff is anonymous: it is stamped by the system that collects it and not
// by the worker.
//
// All codes are this library's own proposals: no national list was found. Those of the
// barrier diary follow the 25 sub-themes of Rafiei, Honary and Mezes 2024, doi
// 10.3389/frhs.2024.1413711, in our words, one code for each role that is asked.
package voice
