// Package survival analyses the time to an event: how long people wait, and in which of
// several ways a wait ends.
//
// A mean over those who have been seen looks best while the list grows, so those
// who still wait must count: they are censored, and not left out. Somebody who leaves
// before help begins is not waiting any longer either. Leaving is a competing event,
// for which there are [Ends]:
//
//	var ends survival.Ends
//	_ = ends.Ended("begun", 17) // after 17 days
//	_ = ends.Ended("left", 30)
//	_ = ends.Waiting(45)
//	begun, err := ends.Incidence("begun").By(84, 0.95) // within twelve weeks
//
// # Which function
//
//   - How people's ways end, and when: [Ends] and their cumulative [Incidence] of
//     Aalen and Johansen, with the test of [Gray].
//   - Where nobody leaves: [Durations] and the Kaplan-Meier [Curve] with its share
//     left, median and restricted mean; [LogRank] and [PetoPeto] compare groups.
//
// Kaplan-Meier answers what would happen if nobody ever left, and must be asked for
// by its type, or by [Ends.Waits].
//
// # Input, results and errors
//
// Durations are whole units, such as days, from 0 to [MaxDuration]. They are counted
// and not kept, so that a million of them take no more memory than the longest one,
// and counts of parts can be merged. Results are of package stat: a [stat.Estimate]
// with its interval, and where the data allow none the reason ([stat.Undefined]).
// Nothing is said beyond the last duration at which anybody was seen. Levels are as
// there, from 0.1 to 0.9999. Impossible input is an error that is [sp.ErrInvalid]
// and names the argument.
//
// docs/accuracy.md says to how many digits each function agrees with R's packages
// survival and cmprsk.
package survival
