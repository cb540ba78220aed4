package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation/lab"
)

// draw keeps a picture of what the policies of a question change in the measure that decides.
func (s *session) draw(c *lab.Comparison, study lab.Study, decides lab.Measure) error {
	info, _ := lab.InfoOf(decides)
	of := chart.Comparison{Measure: info.Name, Unit: string(info.Unit), Against: study.Policies[0].Name, Better: info.Better}
	per := 1.0
	if info.Unit == evaluation.Share {
		of.Unit, per = "of 100", 100
	}
	for _, d := range c.Differences {
		if d.Measure != decides || d.By != "" {
			continue
		}
		e := d.Mean
		if v, known := d.Constant.Lookup(); known {
			e = stat.Estimate{Value: v, Interval: stat.Interval{Lower: v, Upper: v}, Level: c.Level}
		}
		e.Value, e.Interval = e.Value*per, e.Interval.Times(per)
		of.Rows = append(of.Rows, chart.Difference{Policy: d.Policy, By: e})
	}
	if len(of.Rows) == 0 {
		return nil
	}
	released, err := disclosure.NotPeople(of, "people who were simulated")
	if err != nil {
		return err
	}
	p, err := chart.Policies(released, chart.About{Of: study.Name, Source: fmt.Sprintf("%d pairs of runs", c.Pairs)})
	if err != nil {
		return err
	}
	p.Name = study.Name
	s.pictures = append(s.pictures, p)
	return nil
}

// writePictures writes each picture in both of its forms.
func (s *session) writePictures() error {
	for _, p := range s.pictures {
		for _, form := range []chart.Form{chart.Wide, chart.Narrow} {
			if err := os.WriteFile(filepath.Join(s.to, fmt.Sprintf("%s-%s.svg", p.Name, form)), p.SVG(form), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
