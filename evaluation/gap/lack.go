package gap

import (
	"iter"

	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/store"
)

// A Lack is one need of one referral that was not met, and why. Where several services said no
// for different reasons, each reason is a lack.
type Lack struct {
	Referral referral.ID
	Need     needs.Code
	Reason   string // its code; the kind of the line where nothing gives a reason, such as nothing-found
}

// Lacks returns the lacks that the lines of a ledger state, each once, in the order in which
// they first appear. It leaves out lines that were retracted and refusals that have no
// consequence, as [unmet.Count] does, and fails with the first error of the ledger.
func Lacks(ledger iter.Seq2[unmet.Line, error]) ([]Lack, error) {
	type line struct {
		lack        Lack
		from, whole store.Key
	}
	var lines []line
	retracted := map[store.Key]bool{}
	for l, err := range ledger {
		if err != nil {
			return nil, err
		}
		if l.Kind == unmet.Retracted {
			retracted[l.Source] = true
			continue
		}
		if l.Kind != unmet.NothingFound && l.Reason.Effect == reason.NoEffect {
			continue
		}
		why := l.Reason.Code
		if why == "" {
			why = string(l.Kind)
		}
		lines = append(lines, line{
			Lack{l.Referral, l.Need, why},
			l.Source,
			store.Key{Tenant: l.Source.Tenant, Kind: referral.Kind, ID: string(l.Referral)},
		})
	}
	var lacks []Lack
	seen := map[Lack]bool{}
	for _, l := range lines {
		if !retracted[l.from] && !retracted[l.whole] && !seen[l.lack] {
			seen[l.lack] = true
			lacks = append(lacks, l.lack)
		}
	}
	return lacks, nil
}
