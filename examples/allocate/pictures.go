package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// draw writes to a folder what the division does, as pictures with their tables: money for each head of need by deprivation,
// who holds it, and how the amount of the area came about that gains most.
func (t *task) draw(folder string, before, after *funding.Allocation) error {
	areas := after.Areas()
	rank := overall(areas, area.Rank, t.ranks, "imd_rank")
	if rank == "" {
		rank = overall(areas, area.Decile, t.deciles, "imd_decile")
	}
	if rank == "" {
		return errors.New("-pictures needs -ranks or -deciles, as nothing says which column holds deprivation")
	}
	compared, err := funding.Compare(before, after)
	if err != nil {
		return err
	}
	why, err := after.Explain(compared.Changes[0].Code)
	if err != nil {
		return err
	}
	division, err := disclosure.NotPeople(chart.Division{Before: before, After: after, Rank: rank}, "money by area")
	if err != nil {
		return err
	}
	steps, err := disclosure.NotPeople(why, "money of one area")
	if err != nil {
		return err
	}
	about := chart.About{Source: t.source()}
	for _, one := range []func() (chart.Picture, error){
		func() (chart.Picture, error) { return chart.PerNeed(division, about) },
		func() (chart.Picture, error) { return chart.Concentration(division, about) },
		func() (chart.Picture, error) { return chart.Waterfall(steps, about) },
	} {
		p, err := one()
		if err != nil {
			return err
		}
		if err := put(folder, p); err != nil {
			return err
		}
	}
	return nil
}

// source says where the areas are from.
func (t *task) source() string {
	if t.areas == "" {
		return "fifteen invented wards"
	}
	return filepath.Base(t.areas)
}

// put writes a picture in both of its forms, and its table.
func put(folder string, p chart.Picture) error {
	if err := p.Public(); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, f := range []chart.Form{chart.Wide, chart.Narrow} {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%s.svg", p.Name, f)), p.SVG(f), 0o644); err != nil {
			return err
		}
	}
	table, err := os.Create(filepath.Join(folder, p.Name+".csv"))
	if err != nil {
		return err
	}
	return errors.Join(p.Table.WriteCSV(table), table.Close())
}
