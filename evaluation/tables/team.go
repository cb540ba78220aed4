package tables

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/workforce"
)

// LoadByPayBand returns, for each pay band, the mean weighted caseload on a day for each
// full-time equivalent link worker, in cases of average weight, with Student's interval. Points
// hold the load of each worker by ID, in hundredths of such a case, as package
// referral/caseload has it. Workers whose band is not stated are in the empty band. So is the
// count of workers who are left out since their hours or their load are not known. A band of
// few people discloses somebody's pay: apply disclosure control before anybody else sees it.
func LoadByPayBand(team []workforce.Worker, points map[workforce.WorkerID]int, on sp.Date) ([]evaluation.Figure, error) {
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

// PrivacyConcerns returns indicator 71: concerns that information about somebody went where it
// should not have gone, for each 1,000 referrals of the same period. Both are counted from the
// log with [Denominators]: concerns by catalogue.PrivacyWaitID, referrals by
// catalogue.CompleteID.
func PrivacyConcerns(concerns, referrals int64) (evaluation.Figure, error) {
	if err := checkCounts(map[string]int64{"concerns": concerns, "referrals": referrals}); err != nil {
		return evaluation.Figure{}, err
	}
	return leaving{}.rate("privacy-concerns", "privacy concerns", "", "referrals", concerns, float64(referrals))
}
