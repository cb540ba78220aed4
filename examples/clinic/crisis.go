package main

import (
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/transition"
)

// june says on the telephone that she does not want to live any longer.
// The questionnaire raises an alert and the link worker a flag, and her case
// cannot close before somebody has taken on both: the night line, which is asked first,
// says that she is not theirs, and an hour later the crisis team says yes. Her GP hears
// on the same day, and the link worker speaks to her on the next, and after a week.
func (c *clinic) june() error {
	woman := person.Person{ID: "P-june", Name: sp.Hide(person.Name{Given: "June"}), Born: sp.Hide(sp.NewDate(1978, time.May, 2))}
	const r = referral.ID("R-june")
	err := all(
		c.register(woman, referral.Submission{ID: r, Urgency: referral.Urgent, Source: "nurse", Reasons: []needs.Code{needs.Grief, needs.LowMood}}, by(sp.RoleReferrer, "dr-khan", 9)),
		c.meet(r, 10, needs.Grief),
		c.alarm(r),
		c.refuse("June's case is to be closed while nobody has taken the crisis over.", c.work(r, func(k *referral.Case) error {
			return k.Close(needs.Result{Outcome: needs.UnknownOutcome}, worker(10))
		})),
		c.handOver(r),
		c.work(r, func(k *referral.Case) error { return k.Referral.SendFeedback("D-june-1", later(worker(10), 75)) }),
		c.work(r, func(k *referral.Case) error { return k.Referral.Contact(person.Phone, 20, worker(11)) }),
		c.work(r, func(k *referral.Case) error { return k.Referral.Contact(referral.Visit, 60, worker(17)) }),
		c.agrees("P-june", 17),
		c.offer(r, "PL-june", needs.Grief, session.SmallGroup, 17),
		c.accept("PL-june", by(sp.RoleProvider, "hospice", 18)),
		c.place("PL-june", func(p *placement.Placement) error { return p.Start(by(sp.RoleProvider, "hospice", 20)) }),
		c.attend("PL-june", "S-june-1", 20, true),
		c.attend("PL-june", "S-june-2", 27, true),
		c.place("PL-june", func(p *placement.Placement) error {
			return p.Complete(needs.Result{Outcome: needs.Met}, by(sp.RoleProvider, "hospice", 30))
		}),
	)
	return all(err, c.work(r, func(k *referral.Case) error {
		if err := k.Assessments[0].Review(needs.Reviewed{Goal: "G-1", Reached: 7, Outcome: needs.Met}, worker(30)); err != nil {
			return err
		}
		return k.Close(needs.Result{Outcome: needs.Met}, worker(30))
	}))
}

// later returns the stamp of what the same person does so many minutes later.
func later(s sp.Stamp, minutes int) sp.Stamp {
	return sp.By(s.By, s.At.Add(time.Duration(minutes)*time.Minute))
}

// alarm scores June's questionnaire, whose ninth answer raises an alert, and
// raises a flag for others to see in the same commit.
func (c *clinic) alarm(id referral.ID) error {
	phq, _ := measure.Find("phq-9")
	answers := measure.Answers{}
	for i, answer := range []int{2, 3, 2, 3, 1, 2, 1, 0, 2} {
		answers[strconv.Itoa(i+1)] = answer
	}
	return c.work(id, func(k *referral.Case) error {
		a, err := opened(needs.AssessmentID("A-"+string(id)), k.Referral.Person(), worker(10))
		if err != nil {
			return err
		}
		k.Assessments = append(k.Assessments, a)
		if err := all(
			a.Identify(needs.Finding{ID: "N-1", Code: needs.Grief, Source: sp.RolePerson}, nil, worker(10)),
			a.SetGoal("G-1", []needs.ID{"N-1"}, sp.NewDate(2026, time.March, 30), worker(10)),
		); err != nil {
			return err
		}
		if _, err := a.Measure(phq, answers, worker(10)); err != nil {
			return err
		}
		for range a.Alerts() {
			if err := k.Referral.Raise(referral.Flagged{Flag: "F-june", Kind: concern.Crisis, Reason: concern.SuicidalThoughts, To: "sandholme/night-line"}, worker(10)); err != nil {
				return err
			}
		}
		return nil
	})
}

// handOver asks until somebody says yes. What Ann hears on the telephone is not enough:
// the team says so itself, by its link, which answers the flag; the alerts are answered
// in the same commit.
func (c *clinic) handOver(id referral.ID) error {
	night, crisis := by(sp.RoleProvider, "night-line", 10), by(sp.RoleProvider, "crisis-team", 10)
	return all(
		c.work(id, func(k *referral.Case) error {
			no := referral.HandOverAnswered{Flag: "F-june", By: team(night), Answer: concern.NotTheirs}
			return k.Referral.AnswerHandOver(no, later(night, 20))
		}),
		c.work(id, func(k *referral.Case) error {
			return k.Referral.OfferHandOver("F-june", team(crisis), later(worker(10), 25))
		}),
		c.refuse("Ann says yes for the crisis team, which has not called back.", c.work(id, func(k *referral.Case) error {
			return k.Referral.AcceptHandOver("F-june", team(crisis), "", later(worker(10), 30))
		})),
		c.work(id, func(k *referral.Case) error {
			if err := k.Referral.AcceptHandOver("F-june", team(crisis), "CT-2026-118", later(crisis, 60)); err != nil {
				return err
			}
			for _, a := range k.Assessments {
				for alert := range a.Alerts() {
					if err := a.Escalate(alert, "crisis-team", later(worker(10), 60)); err != nil {
						return err
					}
				}
			}
			return nil
		}),
	)
}

func opened(id needs.AssessmentID, of person.ID, s sp.Stamp) (*needs.Assessment, error) {
	a := needs.New(id, transition.TableOnly{})
	return a, a.Open(of, s)
}

// team returns the team that somebody acts for.
func team(s sp.Stamp) concern.TeamID { return concern.TeamID(s.By.For) }
