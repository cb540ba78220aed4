// Package letter tells the people who take part in a referral what has become of it:
// the referrer, the person, and a partner who looks at one placement.
//
// One of the commonest complaints about social prescribing is that those who take
// part never hear what happened. Everything here is derived from what was
// recorded anyway, so that nobody writes it twice. Each reader is told what the
// permission allows, field by field, and no more:
//
//   - [MessageBack] is the message to the referrer: text, and codes for their record.
//   - [Story] tells the person their own case in plain sentences, as far as it is
//     safe where they read it.
//   - [Look] is what one partner sees of a placement, in the words of their system
//     (package crosswalk).
//   - [MinimumDataSet] is the referral's row of the minimum data set: who, what they need,
//     what they were offered, what came of it, with what is unknown said as unknown.
//
// Each is a line:
//
//	message := letter.MessageBack(c, wording, permission, at)
//	story := letter.Story(c, wording, reader, permission)
//	row, err := letter.MinimumDataSet(c, profile, reader, consent.Health, permission)
//
// What is told consists of codes and identifiers. A [Wording] turns them into
// names when the text is written.
package letter
