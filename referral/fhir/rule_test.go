package fhir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/fhir/rule"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// What is written keeps the rules of R4 and of the guide that it follows.
func TestEncoderWritesWhatTheRulesAllow(t *testing.T) {
	for _, p := range profiles() {
		t.Run(p.Name, func(t *testing.T) {
			e := encoder(p)
			check := func(o *resource.Object) {
				if o == nil {
					return
				}
				for _, issue := range rule.Check(o) {
					require.LessOrEqual(t, issue.Severity, sp.Note, "%v: %s", issue, shorten(string(o.Append(nil))))
				}
			}
			for _, c := range cases()[:40] {
				out := fhir.CaseOf(c)
				for _, as := range []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message} {
					bundle, _ := e.Case(out, as)
					check(bundle.Whole())
				}
				m := letter.MessageBack(c, letter.Wording{}, referraltest.AllowAll{}, referraltest.Day(90))
				document, _ := e.Document(m, c.Referral.Person())
				check(document.Whole())
				said, _ := e.Communication(m, c.Referral.Person(), nil)
				check(said)
				for _, pl := range out.Placements {
					task, _ := e.Task(pl, nil)
					check(task)
				}
				for _, s := range out.Sessions {
					x, _ := e.Appointment(s, nil)
					check(x)
				}
				for _, h := range c.Timeline() {
					x, _ := e.Provenance(h, c.Referral.Person())
					check(x)
				}
			}
		})
	}
}

func shorten(s string) string { return strings.ToValidUTF8(s[:min(len(s), 1500)], "") }
