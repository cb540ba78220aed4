// Package breach keeps incidents in which something about people reached somebody whom
// nobody had told it: a letter to the wrong house, a list that was lost, a record that could
// be read. It is not about whose fault it was.
//
// An [Incident] runs against a clock: within 72 hours of when the controller became aware,
// the Information Commissioner's Office is told, unless a risk to people is unlikely; where
// the risk is high the people are told too; and every incident is kept, with the reason where
// it was not reported. Source: UK GDPR, articles 33 and 34, as the Information Commissioner's
// Office explains them.
//
//	b := breach.New("B-1", may)
//	err := b.Note(breach.Noted{How: breach.WrongRecipient, Kinds: []consent.Kind{consent.Needs}, People: sp.Know(1), Aware: now}, sp.By(ann, now))
//	err = b.Assess(breach.Assessed{Risk: breach.High, Why: "partner-reads-post"}, sp.By(lee, now))
//	fmt.Println(b.ReportBy()) // 72 hours after she became aware
//
// An incident names nobody whom it is about, so that it stays when somebody is erased. What
// was learned of whom stands in the register of each person; see Expose of package register.
package breach
