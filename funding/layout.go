package funding

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Layout says what the columns of a CSV file of areas mean, by their names in
// its header. Columns that it does not name are left out. A Layout without a Code
// leaves it to [ReadAreas] to recognise the file, and only its Name counts.
type Layout struct {
	Name     string // of the file, for messages
	Boundary int    // year of the boundaries that the codes belong to
	Rows     int    // rows of the complete file, which its ranks run up to; 0 for as many as there are

	Code       string            // the code of the area
	Groups     []string          // codes of larger areas
	Population string            // people, the base of a formula unless it says otherwise
	Counts     []string          // whole numbers, not negative; Population may be one
	Numbers    []string          // exact decimals
	Ranks      []string          // from 1, the most deprived, to Rows: one more than the number of areas with a lower rank
	Deciles    map[string]string // each decile with the rank that it follows from, as ceil(10 x rank / Rows)
	Bands      []string          // counts that add up to Population in each row
	Weighted   []string          // weighted populations: each adds up to the sum of Population over the rows
	Thousands  map[string]string // columns in thousands of pounds, and the name under which they are kept in pounds
}

var domains = [...]string{
	"income_rank", "employment_rank", "education_rank", "health_rank",
	"crime_rank", "housing_rank", "environment_rank",
}

// IoD2025 is the English Indices of Deprivation 2025 by lower layer super output
// area of 2021, with the residents of the 2021 census (MHCLG; ONS TS021).
func IoD2025() Layout {
	return Layout{
		Name: "IoD 2025", Boundary: 2021, Rows: 33755, Code: "lsoa21cd", Groups: []string{"lad24cd", "sicbl24cd", "icb24cd"},
		Population: "residents_2021", Counts: []string{"residents_2021"}, Numbers: []string{"imd_score", "income_score", "employment_score", "health_score"},
		Ranks: append([]string{"imd_rank"}, domains[:]...), Deciles: map[string]string{"imd_decile": "imd_rank"},
	}
}

// IoD2019 is the English Indices of Deprivation 2019 by lower layer super output
// area of 2011, with their official denominators (MHCLG, files 2 and 6).
func IoD2019() Layout {
	return Layout{
		Name: "IoD 2019", Boundary: 2011, Rows: 32844, Code: "lsoa11cd", Groups: []string{"lad19cd", "sicbl22_code_h", "icb22_code_h"},
		Population: "pop_mid2015", Counts: []string{"pop_working_age"}, Bands: []string{"pop_0_15", "pop_16_59", "pop_60plus"},
		Ranks: append([]string{"imd_rank"}, domains[:]...), Deciles: map[string]string{"imd_decile": "imd_rank"},
	}
}

// AgeBands2020 is the population of mid-2020 by lower layer super output area of
// 2011 in seven bands of age (ONS, SAPE).
func AgeBands2020() Layout {
	return Layout{
		Name: "age bands mid-2020", Boundary: 2011, Rows: 32844, Code: "lsoa11cd", Population: "pop_mid2020",
		Bands: []string{"a0_4", "a5_14", "a15_44", "a45_64", "a65_74", "a75_84", "a85plus"},
	}
}

// Practices is the registered and the weighted population by general practice
// that NHS England publishes for the financial year that starts in a year from
// 2022 to 2025. There is no Layout with a Code for any other year.
func Practices(year int) Layout {
	rows := map[int]int{2022: 6554, 2023: 6553, 2024: 6553, 2025: 6348}[year]
	if rows == 0 {
		return Layout{}
	}
	l := Layout{
		Name: "weighted populations by practice", Rows: rows, Code: "practice", Groups: []string{"icb", "region", "lad"}, Population: "population",
		Weighted: []string{
			"wp_general_acute", "wp_community", "wp_mental_health", "wp_maternity",
			"wp_health_inequalities", "wp_prescribing", "wp_core_overall",
		},
	}
	if year == 2022 {
		l.Groups, l.Counts = append(l.Groups, "pcn"), []string{"list_size"}
		return l
	}
	l.Weighted = append(l.Weighted, "wp_primary_medical_need", "wp_primary_medical_overall")
	return l
}

// CCG2013 is the allocation of 2013/14 by clinical commissioning group with the
// target of the formula (NHS England, gateway 00337, annex A). Rows whose codes
// begin with Q are totals of area teams, to be taken out before money is divided.
func CCG2013() Layout {
	return Layout{
		Name: "CCG targets 2013/14", Code: "code", Population: "raw_population", Counts: []string{"raw_population", "weighted_population"},
		Numbers:   []string{"distance_percent", "allocation_gbp_per_head", "target_gbp_per_head"},
		Thousands: map[string]string{"allocation_gbp_thousand": "allocation", "target_gbp_thousand": "target", "distance_gbp_thousand": "distance"},
	}
}

// recognise returns the published layout whose columns are all in the header.
func recognise(header map[string]int) (Layout, bool) {
	published := []Layout{IoD2025(), IoD2019(), AgeBands2020(), Practices(2025), Practices(2022), CCG2013()}
	for _, l := range published {
		if len(l.absent(header)) == 0 {
			if l.Code == "practice" {
				l.Rows = 0 // several years have these columns
			}
			return l, true
		}
	}
	return Layout{}, false
}

// infer adds the columns that nobody described to the layout. A column of which
// half of what is there are numbers is one of numbers, so that what is none is
// reported row by row.
func (f *file) infer() {
	described := slices.Concat([]string{f.layout.Code}, f.layout.Groups, f.layout.columns())
	for at, name := range f.names {
		if slices.Contains(described, name) {
			continue
		}
		numbers, filled := 0, 0
		for _, row := range f.rows {
			if row[at] == "" {
				continue
			}
			filled++
			if _, _, ok := parseNumber(row[at]); ok {
				numbers++
			}
		}
		if numbers > 0 && numbers*2 >= filled {
			f.layout.Numbers = append(f.layout.Numbers, name)
			continue
		}
		f.layout.Groups = append(f.layout.Groups, name)
		if numbers > 0 {
			f.report(sp.Warning, -1, name, "mixed-column", fmt.Sprintf("taken as groups, though %d of %d are numbers,", numbers, filled))
		}
	}
	switch {
	case f.layout.Population != "":
		return
	case slices.Contains(f.layout.Numbers, "population"):
		f.layout.Population = "population"
	case len(f.layout.Numbers) > 0:
		f.layout.Population = f.layout.Numbers[0]
		f.report(sp.Note, -1, f.layout.Population, "population-guessed", "taken as the population,")
	default:
		f.report(sp.Warning, -1, "", "no-population", "no column of numbers that could be the population")
	}
	f.layout.Numbers = slices.DeleteFunc(f.layout.Numbers, func(name string) bool { return name == f.layout.Population })
}

// check finds contradictions between the fields.
func (l Layout) check() error {
	e := &sp.InvalidError{Subject: "layout"}
	for _, decile := range sortedKeys(l.Deciles) {
		e.Check(slices.Contains(l.Ranks, l.Deciles[decile]), "deciles", fmt.Sprintf("must have one of the ranks for %q to follow from", decile))
	}
	e.Check(l.Population != "" || l.Bands == nil && l.Weighted == nil, "population", "must be a column where bands or weighted populations add up to it")
	others := l
	others.Thousands = nil
	taken := append(others.columns(), l.Groups...)
	for _, name := range sortedKeys(l.Thousands) {
		kept := l.Thousands[name]
		e.Check(!slices.Contains(taken, name) && !slices.Contains(taken, kept), "thousands", fmt.Sprintf("must have a name of its own for %q", name))
		taken = append(taken, kept)
	}
	return e.Err()
}

// columns returns the names of all columns of numbers.
func (l Layout) columns() []string {
	var names []string
	if l.Population != "" && !slices.Contains(l.Counts, l.Population) {
		names = append(names, l.Population)
	}
	return slices.Concat(names, l.Counts, l.Numbers, l.Ranks, sortedKeys(l.Deciles), l.Bands, l.Weighted, sortedKeys(l.Thousands))
}

// absent returns the columns that the header lacks.
func (l Layout) absent(header map[string]int) []string {
	var absent []string
	for _, name := range slices.Concat([]string{l.Code}, l.Groups, l.columns()) {
		if _, ok := header[name]; !ok {
			absent = append(absent, name)
		}
	}
	return absent
}
