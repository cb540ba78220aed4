package tables

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/workforce"
)

// LoadByPayBand returns what workers of each pay band carry on a day: the mean of their
// weighted load for each full-time worker, in cases of average weight, with Student's
// interval. Points are those of package referral/caseload, in hundredths, by the ID of the
// worker. Workers whose hours or whose load nobody knows are left out, and told in the band
// that is empty, which is that of workers whose band is not stated. A band of few is somebody's
// pay: it goes through disclosure control before anybody else sees it.
func LoadByPayBand(team []workforce.Worker, points map[string]int, on sp.Date) ([]evaluation.Figure, error) {
	out, loads := leaving{}, map[string][]float64{"": nil}
	for _, w := range team {
		if !w.Has(sp.RoleLinkWorker) || !w.Employed(on) {
			continue
		}
		wte, known := w.WTE()
		carried, counted := points[w.ID]
		switch {
		case !known || wte <= 0:
			out.add("hours not stated", 1)
		case !counted:
			out.add("load not stated", 1)
		default:
			band := w.Employment.Reveal().PayBand
			loads[band] = append(loads[band], float64(carried)/float64(wte))
		}
	}
	var all []evaluation.Figure
	for _, band := range keys(loads) {
		left := leaving{}
		if band == "" {
			left = out
		}
		e, err := stat.Mean(loads[band], Level)
		if err != nil {
			return nil, err
		}
		e.Of = "link workers"
		name := band
		if band == "" {
			name = NotStated
		}
		f := left.figure("load-by-pay-band", "weighted load for each full-time worker", "", "cases of average weight", e)
		f.Category = name
		all = append(all, f)
	}
	return all, nil
}

// PrivacyConcerns returns indicator 71: concerns of a period that something about somebody
// came where it should not, for each 1,000 referrals of that period. Both are counted of the
// log, with [Denominators]: the concerns of catalogue.PrivacyWaitID, the referrals of
// catalogue.CompleteID.
func PrivacyConcerns(concerns, referrals int64) (evaluation.Figure, error) {
	if err := checkCounts(map[string]int64{"concerns": concerns, "referrals": referrals}); err != nil {
		return evaluation.Figure{}, err
	}
	return leaving{}.rate("privacy-concerns", "privacy concerns", "", "referrals", concerns, float64(referrals))
}
