// Package words holds what people are told for the codes of the pathway, of grants and of a
// team's records: states, commands, urgencies, flags, steps, causes, channels, outcomes,
// reasons, refusals, kinds of supervision, items of a site.
//
// A code such as "entered-in-error" is for programs. It is stored, counted and compared,
// and never changes. What a person reads is another matter: a scheme says "coach" for
// link worker, and in Wales a letter comes in Welsh. So every code has its words in one
// [Table], which is data:
//
//	t := words.Table{words.Steps: {"small-group": "mewn grŵp bach"}}
//	fmt.Println(words.Of(t, session.SmallGroup)) // mewn grŵp bach
//	fmt.Println(words.Of(t, session.Home))       // at home: English, where t has no words
//
// [English] returns what ships with this package, for a translator to begin with, and
// [Table.Check] what a translation lacks. Package letter prints from a table and from nothing
// else: its sentences, the names of needs, its days ([Table.Day]) and its numbers
// ([Table.Count]), so that a letter is in one language. The names of services are those of
// the directory, and needs that a scheme adds are named by its taxonomy.
package words
