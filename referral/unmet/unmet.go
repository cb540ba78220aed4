// Package unmet reads the ledger of unmet needs from the log: a line for each
// need for which nothing was found, for each refusal, for each request that
// nobody answered, and for each need that was still there at the end.
//
// Nine in ten people who are referred reach a link worker, and fewer than four in
// ten get any support (Bu et al. 2024, doi 10.1101/2024.03.26.24304896); what is
// missing is something to refer them to. Whoever decides what to pay for cannot
// see that, because in most systems a refusal leaves no trace. Here it leaves a
// [Line], and the lines can be counted by need, reason, service and, joined with
// people's profiles, by area. Before counts are published, package
// evaluation/disclosure hides the small ones.
//
//	for line, err := range unmet.Ledger(db.Log(ctx, "", "")) { ... }
//	counts, err := unmet.Count(unmet.Ledger(db.Log(ctx, "", "")))
//
// One need can leave several lines: one for a refusal, one for a request without
// an answer, and one for being still there at the close. So lines count what was
// tried. To count what people lack, use [Count]: it counts each need of a
// referral once, and leaves out what was retracted or is no lack.
package unmet

import (
	"iter"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// A Kind is how a need came to be unmet. Which lines a Retracted takes back
// depends on its Source: of a placement, the earlier lines of that placement; of
// a referral, all earlier lines of that referral, including those of its
// placements.
type Kind string

// The kinds of line.
const (
	NothingFound Kind = "nothing-found" // there is nothing for it
	Declined     Kind = "declined"      // the scheme or a provider said no, or the person did
	Lapsed       Kind = "lapsed"        // nobody answered in time
	Stopped      Kind = "stopped"       // it began and ended too early
	Withdrawn    Kind = "withdrawn"     // the scheme took a placement back, for a reason that is a lack, such as that there is no bus
	StillThere   Kind = "still-there"   // at the planned end, or when the case was closed
	Retracted    Kind = "retracted"     // earlier lines were entered in error; see [Kind]
)

// A Line is one need of one person that was not met.
type Line struct {
	Source   store.Key // the referral or the placement whose event it was
	Version  int64     // of that event, so that a line seen twice can be told
	At       time.Time
	Kind     Kind
	Need     needs.Code // empty in a retraction
	Reason   reason.Reason
	Referral referral.ID
	Service  directory.ID // empty if no service was tried
}

// Count returns, for each need, in how many referrals it was unmet at some time,
// whether or not something was found in the end. Each referral counts once,
// however many lines it has; retracted lines do not count. Neither does a refusal
// whose reason has no consequence, such as that the referral was sent twice or is
// no longer needed. It reads the ledger to its end and keeps a small entry for
// each line in memory.
func Count(ledger iter.Seq2[Line, error]) (map[needs.Code]int, error) {
	type lack struct {
		referral store.Key
		need     needs.Code
	}
	sources := make(map[lack][]store.Key)
	retracted := make(map[store.Key]bool)
	for line, err := range ledger {
		if err != nil {
			return nil, err
		}
		if line.Kind == Retracted {
			retracted[line.Source] = true
			continue
		}
		if line.Kind != NothingFound && line.Reason.Effect == reason.NoEffect {
			continue
		}
		l := lack{store.Key{Tenant: line.Source.Tenant, Kind: referral.Kind, ID: string(line.Referral)}, line.Need}
		sources[l] = append(sources[l], line.Source)
	}
	counts := make(map[needs.Code]int)
	for l, from := range sources {
		stands := slices.ContainsFunc(from, func(k store.Key) bool { return !retracted[k] })
		if stands && !retracted[l.referral] {
			counts[l.need]++
		}
	}
	return counts, nil
}

// Ledger reads the lines out of a log, in its order. Events of other kinds than
// referrals and placements are passed over; one of theirs that cannot be decoded
// is an error, which is the last pair.
func Ledger(log iter.Seq2[store.RecordedEvent, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for e, err := range log {
			var lines []Line
			if err == nil {
				lines, err = Lines(e)
			}
			if err != nil {
				yield(Line{}, err)
				return
			}
			for _, line := range lines {
				if !yield(line, nil) {
					return
				}
			}
		}
	}
}

// Lines returns the lines that one event leaves, mostly none.
func Lines(e store.RecordedEvent) ([]Line, error) {
	if e.Key.Kind != referral.Kind && e.Key.Kind != placement.Kind {
		return nil, nil
	}
	event, err := referral.DecodeEvent(e.Type, e.Data)
	if err != nil {
		return nil, err
	}
	line := Line{Source: e.Key, Version: e.Version, At: e.Stamp.At}
	if e.Key.Kind == referral.Kind {
		line.Referral = referral.ID(e.Key.ID)
	}
	switch f := event.(type) {
	case referral.NothingFound:
		return line.of(NothingFound, f.Reason, f.Need), nil
	case referral.Declined:
		return line.of(Declined, f.Reason, f.Needs...), nil
	case referral.Expired:
		return line.of(Lapsed, f.Reason, f.Needs...), nil
	case referral.Closed:
		return line.of(StillThere, f.Reason, f.Unmet...), nil
	case placement.Declined:
		return line.about(Declined, f.Reason, f.About, f.Needs...), nil
	case placement.Lapsed:
		return line.about(Lapsed, f.Reason, f.About, f.Needs...), nil
	case placement.Stopped:
		return line.about(Stopped, f.Reason, f.About, f.Needs...), nil
	case placement.Withdrawn:
		if e.Stamp.By.Role == sp.RoleSystem || f.Reason.Effect == reason.NoEffect {
			return nil, nil // it follows from an end, or from a death: nobody said no to it
		}
		return line.about(Withdrawn, f.Reason, f.About, f.Needs...), nil
	case placement.Completed:
		return line.about(StillThere, reason.Reason{}, f.About, f.Unmet...), nil
	case referral.EnteredInError:
		return line.of(Retracted, f.Reason, ""), nil
	case placement.EnteredInError:
		return line.of(Retracted, f.Reason, ""), nil
	}
	return nil, nil
}

func (l Line) about(kind Kind, why reason.Reason, a placement.About, list ...needs.Code) []Line {
	l.Referral, l.Service = a.Referral, a.Service
	return l.of(kind, why, list...)
}

func (l Line) of(kind Kind, why reason.Reason, list ...needs.Code) []Line {
	l.Kind, l.Reason = kind, why
	lines := make([]Line, len(list))
	for i, n := range list {
		lines[i] = l
		lines[i].Need = n
	}
	return lines
}
