// Package feedback is what goes back to whoever referred somebody: whether the person was
// reached, what they were offered, and what came of it. That nobody tells a referrer is why
// many stop referring (sub-theme 3-2 of the study).
//
//	m := letter.MessageBack(c, letter.Wording{}, permission, now) // written by package letter,
//	fmt.Println(m)                                                // read by people
//	b, lost := encoder.Document(m, c.Referral.Person())           // or, by package fhir, by programs,
//	err := c.Referral.SendFeedback("LETTER-1", sp.By(sam, now))   // and noted as sent
//
// A [Message] stands here apart from what renders it, so that a program which reads or sends
// one needs no words of letters.
package feedback
