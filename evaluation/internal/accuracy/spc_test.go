package accuracy_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/spc"
)

func holdSPC(s *section) {
	holdXmR(s)
	holdFunnels(s)
}

func holdXmR(s *section) {
	t := s.t
	l := s.line("XmR", "NHSRplotthedots `ptd_spc`", closed, "")
	causes := map[string]spc.Rule{"": spc.CommonCause, "Common Cause": spc.CommonCause, "Above UCL": spc.Outside}
	for file, by := range map[string]string{"spc/unit_rnorm20.csv": "case", "spc/unit_symmetric_two_of_three.csv": "", "spc/vignette_outlier_example.csv": "screen"} {
		names, parts := groups(rows(t, file), by)
		for _, name := range names {
			part := parts[name]
			o := spc.Options{Better: spc.Higher}
			if name == "FALSE" {
				o.Screening = spc.Unscreened
			}
			c, err := spc.XmR(column(t, part, "y"), o)
			require.NoError(t, err)
			for i, r := range part {
				p := c.Points[i]
				l.text(t, r["mean_col"], p.Mean, file, i)
				l.text(t, r["lpl"], p.Lower, file, i)
				l.text(t, r["upl"], p.Upper, file, i)
				l.same(t, r["outside_limits"] == "TRUE", p.Cause() == spc.Outside, file, i)
				near := p.Cause() != spc.Outside && (p.Value > p.NearUpper || p.Value < p.NearLower)
				l.same(t, r["close_to_limits"] == "TRUE", near, file, i)
				want, known := causes[r["special_cause_type"]]
				require.True(t, known, r["special_cause_type"])
				l.same(t, want, p.Cause(), file, i)
				if want := r["point_type"]; strings.HasPrefix(want, "special") || want == "common_cause" {
					l.same(t, want, string(p.Variation(o.Better)), file, i)
				}
			}
		}
	}
}
