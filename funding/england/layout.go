package england

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// Known returns the layouts of this package, among which [area.Read] recognises a
// file by its header.
func Known() []area.Layout {
	known := []area.Layout{
		IoD2025(), IoD2019(), File7of2025(), File7of2019(), AgeBands2020(), Allocation(), CCG2013(),
		MidYear("LSOA 2021 Code", "Total", 2021, "F0", "M0"), MidYear("LSOA 2021 Code", "Total", 2021, "F0 to 15", "M0 to 15"),
		MidYear("Area Codes", "All Ages", 2011), MidYear("LSOA Code", "All Ages", 2011), MidYear("LSOA11CD", "All Ages", 2011),
		Lists("CODE"), Lists("ORG_CODE"), ListsByAge("PRACTICE_CODE"), ListsByAge("GP_PRACTICE_CODE"),
		SIMD2020(), WIMD2019(), NIMDM2017(), NIMDM2017SmallAreas(),
	}
	for _, year := range []int{2025, 2022} {
		l := Practices(year)
		l.Rows = 0 // several years have these columns
		known = append(known, l)
	}
	return known
}

var domains = [...]string{
	"income_rank", "employment_rank", "education_rank", "health_rank",
	"crime_rank", "housing_rank", "environment_rank",
}

// fields returns fields of one meaning with these names.
func fields(m area.Meaning, names ...string) []area.Field {
	out := make([]area.Field, len(names))
	for i, name := range names {
		out[i] = area.Field{Name: name, Meaning: m}
	}
	return out
}

// optional returns fields of one meaning with these names, which a file may lack.
func optional(m area.Meaning, names ...string) []area.Field {
	out := fields(m, names...)
	for i := range out {
		out[i].Optional = sp.Yes
	}
	return out
}

func kind(k area.Kind) area.Meaning { return area.Meaning{Kind: k} }

var (
	rank   = kind(area.Rank)
	decile = kind(area.Decile)
	score  = area.Meaning{Kind: area.Score, Worst: area.Highest}
)

// IoD2025 is the English Indices of Deprivation 2025 by lower layer super output
// area of 2021, with the residents of the 2021 census (MHCLG; ONS TS021), as a table
// of short names.
func IoD2025() area.Layout {
	return area.Layout{
		Name: "IoD 2025", Boundary: 2021, Rows: 33755, Code: "lsoa21cd", Population: "residents_2021",
		Fields: slices.Concat(
			fields(kind(area.Group), "lad24cd", "sicbl24cd", "icb24cd"),
			fields(kind(area.Count), "residents_2021"),
			fields(score, "imd_score", "income_score", "employment_score", "health_score"),
			fields(rank, "imd_rank"), fields(rank, domains[:]...),
			[]area.Field{{Name: "imd_decile", Meaning: decile, From: "imd_rank"}},
		),
	}
}

// IoD2019 is the English Indices of Deprivation 2019 by lower layer super output
// area of 2011, with their official denominators (MHCLG, files 2 and 6), as a table
// of short names.
func IoD2019() area.Layout {
	return area.Layout{
		Name: "IoD 2019", Boundary: 2011, Rows: 32844, Code: "lsoa11cd", Population: "pop_mid2015",
		Fields: slices.Concat(
			fields(kind(area.Group), "lad19cd", "sicbl22_code_h", "icb22_code_h"),
			fields(kind(area.Count), "pop_mid2015", "pop_working_age"),
			fields(kind(area.Band), "pop_0_15", "pop_16_59", "pop_60plus"),
			fields(rank, "imd_rank"), fields(rank, domains[:]...),
			[]area.Field{{Name: "imd_decile", Meaning: decile, From: "imd_rank"}},
		),
	}
}

// File7of2025 is file 7 of the English Indices of Deprivation 2025 with the header
// under which MHCLG publishes it: all scores, ranks, deciles and population
// denominators by lower layer super output area of 2021.
func File7of2025() area.Layout {
	return file7(area.Layout{
		Name: "IoD 2025 file 7", Boundary: 2021, Rows: 33755, Code: "LSOA code (2021)", Population: "Total population: mid 2022",
	}, "Local Authority District code (2024)", "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022")
}

// File7of2019 is file 7 of the English Indices of Deprivation 2019 with the header
// under which MHCLG publishes it, by lower layer super output area of 2011.
func File7of2019() area.Layout {
	return file7(area.Layout{
		Name: "IoD 2019 file 7", Boundary: 2011, Rows: 32844, Code: "LSOA code (2011)", Population: "Total population: mid 2015 (excluding prisoners)",
	}, "Local Authority District code (2019)", "Working age population 18-59/64: for use with Employment Deprivation Domain (excluding prisoners)")
}

// file7 completes a layout by what both editions of the file have.
func file7(l area.Layout, district, workingAge string) area.Layout {
	const ranked, tenth = " Rank (where 1 is most deprived)", " Decile (where 1 is most deprived 10% of LSOAs)"
	l.Fields = []area.Field{{Name: district, Meaning: kind(area.Group), Optional: sp.Yes}, {Name: l.Population, Meaning: kind(area.Count)}, {Name: workingAge, Meaning: kind(area.Count), Optional: sp.Yes}}
	for _, index := range [...]struct{ name, score, as string }{
		{"Index of Multiple Deprivation (IMD)", " Score", "imd"},
		{"Income", " Score (rate)", "income"},
		{"Employment", " Score (rate)", "employment"},
		{"Education, Skills and Training", " Score", "education"},
		{"Health Deprivation and Disability", " Score", "health"},
		{"Crime", " Score", "crime"},
		{"Barriers to Housing and Services", " Score", "housing"},
		{"Living Environment", " Score", "environment"},
		{"Income Deprivation Affecting Children Index (IDACI)", " Score (rate)", "idaci"},
		{"Income Deprivation Affecting Older People (IDAOPI)", " Score (rate)", "idaopi"},
		{"Children and Young People Sub-domain", " Score", "young_people"},
		{"Adult Skills Sub-domain", " Score", "adult_skills"},
		{"Geographical Barriers Sub-domain", " Score", "geographical_barriers"},
		{"Wider Barriers Sub-domain", " Score", "wider_barriers"},
		{"Indoors Sub-domain", " Score", "indoors"},
		{"Outdoors Sub-domain", " Score", "outdoors"},
	} {
		needed := sp.TruthOf(index.as != "imd")
		from := index.as + "_rank"
		l.Fields = append(l.Fields,
			area.Field{Name: index.name + index.score, As: index.as + "_score", Meaning: score, Optional: sp.Yes},
			area.Field{Name: index.name + ranked, As: from, Meaning: rank, Optional: needed},
			area.Field{Name: index.name + tenth, As: index.as + "_decile", Meaning: decile, Optional: sp.Yes})
	}
	return l
}

// AgeBands2020 is the population of mid-2020 by lower layer super output area of
// 2011 in seven bands of age (ONS, SAPE).
func AgeBands2020() area.Layout {
	return area.Layout{
		Name: "age bands mid-2020", Boundary: 2011, Rows: 32844, Code: "lsoa11cd", Population: "pop_mid2020",
		Fields: append(fields(kind(area.Count), "pop_mid2020"),
			fields(kind(area.Band), "a0_4", "a5_14", "a15_44", "a45_64", "a65_74", "a75_84", "a85plus")...),
	}
}

// MidYear is a mid-year estimate of the population by lower layer super output area
// as ONS publishes it, with the column of the code, that of all ages, and the year
// of the boundaries: "All Ages" with "LSOA Code", "LSOA11CD" or "Area Codes" of 2011,
// or "Total" with "LSOA 2021 Code" of 2021. A "Total" may be one of anything, so the
// file must have columns of ages besides, such as "F0" and "M0". Other columns of
// ages are read as numbers.
func MidYear(code, all string, boundary int, ages ...string) area.Layout {
	return area.Layout{
		Name: "mid-year estimates", Boundary: boundary, Code: code, Population: all,
		Fields: append(fields(kind(area.Count), all), fields(kind(area.Count), ages...)...),
	}
}

// Lists is the number of patients registered at each general practice (NHS England
// Digital, "Totals (all persons)"), with the column of the practice's code: CODE, or
// ORG_CODE in the files of 2017. A file by sex or age has several rows for a practice,
// which are refused as duplicates and never taken for its list.
func Lists(code string) area.Layout {
	const people = "NUMBER_OF_PATIENTS"
	return area.Layout{
		Name: "patients registered at practices", Code: code, Population: people,
		Fields: slices.Concat(fields(kind(area.Count), people),
			optional(kind(area.Group), "CCG_CODE", "ONS_CCG_CODE", "SUB_ICB_LOCATION_CODE", "ONS_SUB_ICB_LOCATION_CODE"),
			optional(kind(area.Label), "PUBLICATION", "EXTRACT_DATE", "TYPE", "POSTCODE", "SEX", "AGE")),
	}
}

// ListsByAge is the number of patients registered at each general practice by sex and
// age, one column for each, as it was published until 2017 (NHS Digital, "Numbers of
// Patients Registered at a GP Practice"), with the column of the practice's code:
// PRACTICE_CODE by single years of age, GP_PRACTICE_CODE in bands of five years. All
// persons are the population; the columns of ages are read as numbers.
func ListsByAge(code string) area.Layout {
	const people = "TOTAL_ALL"
	return area.Layout{
		Name: "patients registered at practices by age", Code: code, Population: people,
		Fields: slices.Concat(fields(kind(area.Count), people, "TOTAL_MALE"), optional(kind(area.Count), "TOTAL_FEMALE", "TOTAL_FEMALES"),
			optional(kind(area.Group), "CCG_CODE", "ONS_CCG_CODE", "PARENT_ORGANISATION_CODE", "NHSE_AREA_TEAM", "NHSE_AREA_TEAM_CODE",
				"NHSE_REGION", "NHSE_REGION_CODE", "ONS_REGION_CODE", "NHSE_COMM_REGION_CODE", "ONS_COMM_REGION_CODE", "ONS_COMM_RGN_CODE"),
			optional(kind(area.Label), "POSTCODE")),
	}
}

// Practices is the registered and the weighted population by general practice
// that NHS England publishes for the financial year that starts in a year from
// 2022 to 2025, as a table of short names. There is no layout with a code for any
// other year.
func Practices(year int) area.Layout {
	rows := map[int]int{2022: 6554, 2023: 6553, 2024: 6553, 2025: 6348}[year]
	if rows == 0 {
		return area.Layout{}
	}
	l := area.Layout{Name: "weighted populations by practice", Rows: rows, Code: "practice", Population: "population"}
	l.Fields = slices.Concat(
		fields(kind(area.Group), "icb", "region", "lad"),
		fields(area.Meaning{}, "population"),
		fields(kind(area.Weighted), "wp_general_acute", "wp_community", "wp_mental_health", "wp_maternity", "wp_health_inequalities", "wp_prescribing", "wp_core_overall"),
	)
	if year == 2022 {
		l.Fields = slices.Concat(l.Fields, fields(kind(area.Group), "pcn"), fields(kind(area.Count), "list_size"))
		return l
	}
	l.Fields = append(l.Fields, fields(kind(area.Weighted), "wp_primary_medical_need", "wp_primary_medical_overall")...)
	return l
}

// Allocation is the registered and the weighted population by general practice, as
// [Practices] has it, with the header of the table that NHS England's allocation tool ships (nhsx/AIF_Allocation_Tool), which has kept "pop 2022/23" for the
// registered population of each of its years.
func Allocation() area.Layout {
	l := area.Layout{Name: "NHS weighted populations by practice", Code: "Practice_Code", Population: "population"}
	l.Fields = append(l.Fields, area.Field{Name: "pop 2022/23", As: "population"})
	for _, f := range [...][2]string{
		{"G&A WP", "wp_general_acute"},
		{"CS WP", "wp_community"},
		{"MH WP", "wp_mental_health"},
		{"Mat WP", "wp_maternity"},
		{"Health Ineq WP", "wp_health_inequalities"},
		{"Prescr WP", "wp_prescribing"},
		{"Final WP", "wp_core_overall"},
		{"Primary Medical Care WP", "wp_primary_medical_need"},
		{"Final PMC WP", "wp_primary_medical_overall"},
	} {
		l.Fields = append(l.Fields, area.Field{Name: f[0], As: f[1], Meaning: kind(area.Weighted), Optional: sp.Yes})
	}
	for _, f := range [...][2]string{{"ICS22", "icb"}, {"R22", "region"}, {"LAD21", "lad"}, {"PCN_Code", "pcn"}} {
		l.Fields = append(l.Fields, area.Field{Name: f[0], As: f[1], Meaning: kind(area.Group), Optional: sp.Yes})
	}
	l.Fields = append(l.Fields, optional(kind(area.Label), "GP_Practice_Name", "Practice_Postcode", "Former CCG", "PCN_Name", "LOC22name", "ICS22name", "Region22", "LTLA21", "UTLA21")...)
	l.Fields = append(l.Fields, area.Field{Name: "Patients", As: "list_size", Meaning: kind(area.Count), Optional: sp.Yes})
	return l
}

// CCG2013 is the allocation of 2013/14 by clinical commissioning group with the
// target of the formula (NHS England, gateway 00337, annex A). Rows whose codes
// begin with Q are totals of area teams, which [area.Table.Totals] finds.
func CCG2013() area.Layout {
	l := area.Layout{
		Name: "CCG targets 2013/14", Code: "code", Population: "raw_population",
		Fields: slices.Concat(
			fields(kind(area.Count), "raw_population", "weighted_population"),
			fields(area.Meaning{}, "distance_percent"),
			fields(kind(area.Money), "allocation_gbp_per_head", "target_gbp_per_head"),
		),
	}
	for _, name := range []string{"allocation", "target", "distance"} {
		l.Fields = append(l.Fields, area.Field{Name: name + "_gbp_thousand", As: name, Meaning: kind(area.Money), Thousands: sp.Yes})
	}
	return l
}

// SIMD2020 is the Scottish Index of Multiple Deprivation 2020v2 by data zone of 2011
// (Scottish Government).
func SIMD2020() area.Layout {
	return area.Layout{
		Name: "SIMD 2020v2", Boundary: 2011, Rows: 6976, Code: "Data_Zone", Population: "Total_population",
		Fields: []area.Field{
			{Name: "Total_population", Meaning: kind(area.Count)},
			{Name: "SIMD2020v2_Rank", As: "imd_rank", Meaning: rank},
			{Name: "SIMD2020v2_Decile", As: "imd_decile", Meaning: decile, Optional: sp.Yes},
			{Name: "Working_age_population", Meaning: kind(area.Count), Optional: sp.Yes},
			{Name: "Intermediate_Zone", Meaning: kind(area.Group), Optional: sp.Yes},
			{Name: "Council_area", Meaning: kind(area.Group), Optional: sp.Yes},
		},
	}
}

// WIMD2019 is the ranks of the Welsh Index of Multiple Deprivation 2019 by lower layer
// super output area of 2011 (Welsh Government). The file counts no people.
func WIMD2019() area.Layout {
	return area.Layout{
		Name: "WIMD 2019", Boundary: 2011, Rows: 1909, Code: "LSOA Code",
		Fields: []area.Field{
			{Name: "WIMD 2019", As: "imd_rank", Meaning: rank},
			{Name: "LSOA name (Eng)", Meaning: kind(area.Label), Optional: sp.Yes},
			{Name: "Local Authority name (Eng)", Meaning: kind(area.Group), Optional: sp.Yes},
		},
	}
}

// NIMDM2017 is the Northern Ireland Multiple Deprivation Measure 2017 by super output
// area of 2001 (NISRA). The file counts no people.
func NIMDM2017() area.Layout { return nimdm("SOA2001", 2001, 890) }

// NIMDM2017SmallAreas is the Northern Ireland Multiple Deprivation Measure 2017 by small
// area of 2011 (NISRA), with the mid-year estimate of the population that the file has.
func NIMDM2017SmallAreas() area.Layout {
	l := nimdm("SA2011", 2011, 4537)
	l.Population = "MYE"
	l.Fields = append(l.Fields, fields(kind(area.Count), "MYE")...)
	return l
}

func nimdm(code string, boundary, rows int) area.Layout {
	return area.Layout{
		Name: fmt.Sprintf("NIMDM 2017 by %s", code), Boundary: boundary, Rows: rows, Code: code,
		Fields: []area.Field{{Name: "MDM_rank", As: "imd_rank", Meaning: rank}},
	}
}
