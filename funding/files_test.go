package funding_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	english "github.com/socialprescribing/sp/funding/england"
)

const (
	nhs = "Practice_Code,GP_Practice_Name,Practice_Postcode,Latitude,Longitude,CCG21,Former CCG,PCN_Code,PCN_Name,LOC22,LOC22name,ICS22,ICS22name,R22,Region22,LAD21,LTLA21,LA21,UTLA21,Patients,pop 2022/23,G&A WP,CS WP,MH WP,Mat WP,Health Ineq WP,Prescr WP,Final WP,Primary Medical Care WP,Final PMC WP\n" +
		"Z99001,Invented Surgery,ZZ18 1HU,54.50,-1.30,16X,Invented CCG,,,,,QXX,Invented ICB,Y00,Invented,E06000099,Invented,E06000099,Invented,,1000.5,1100.5,1200.5,1000.5,900.5,2000.5,1100.5,1200.5,1100.5,1200.5\n" +
		"Z99002,Invented Practice,ZZ18 2AW,50.20,-1.30,16X,Invented CCG,,,,,QXX,Invented ICB,Y00,Invented,E06000099,Invented,E06000099,Invented,,9000.5,9900.5,9800.5,9000.5,9100.5,8000.5,9900.5,9800.5,9900.5,9800.5\n"
	file7 = "LSOA code (2011),LSOA name (2011),Local Authority District code (2019),Local Authority District name (2019),Index of Multiple Deprivation (IMD) Score,Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),Total population: mid 2015 (excluding prisoners)\n" +
		"E01099001,Invented 001A,E06000099,Invented,60.000,1,1,1500\nE01099002,Invented 001B,E06000099,Invented,20.000,2,5,1500\nE01099003,Invented 001C,E06000099,Invented,5.000,3,10,3000\n"
	wide = "lsoa,population\nA,1000\nB,3000\n"
)

// What people mean by a file is what the money follows, or it follows nothing.
func TestAnAllocationFollowsWhatAFileMeans(t *testing.T) {
	cases := []struct {
		name, text string
		want       []int64  // pence of £1,000
		codes      []string // of issues that must be there
	}{
		{"weighted populations as NHS England publishes them", nhs, []int64{10004, 89996}, nil},
		{"the same with other cases and separators", strings.ReplaceAll(strings.ToUpper(nhs[:strings.IndexByte(nhs, '\n')]), ",", ";") + strings.ReplaceAll(nhs[strings.IndexByte(nhs, '\n'):], ",", ";"), []int64{10004, 89996}, []string{"separator"}},
		{"indices of deprivation of 2019", file7, []int64{25000, 25000, 50000}, nil},
		{"those of 2025", strings.NewReplacer("(2011)", "(2021)", "(2019)", "(2024)", "mid 2015 (excluding prisoners)", "mid 2022").Replace(file7), []int64{25000, 25000, 50000}, nil},
		{"those of Scotland", "Data_Zone,SIMD2020v2_Rank,Total_population\nS01999001,1,800\nS01999002,2,800\nS01999003,3,1600\n", []int64{25000, 25000, 50000}, nil},
		{"those of Northern Ireland", "SA2011,MDM_rank,MYE\nN00000001,1,100\nN00000002,2,300\n", []int64{25000, 75000}, nil},
		{"a mid-year estimate", "LAD 2023 Code,LSOA 2021 Code,LSOA 2021 Name,Total,F0,M0\nE06000099,E01099001,x,1000,500,500\nE06000099,E01099002,y,3000,2000,1000\n", []int64{25000, 75000}, nil},
		{"an older one with titles above", "Mid-2018 Population Estimates,,,\n,,,\nArea Codes,LSOA,All Ages,0\nE01099001,x,\"1,000\",500\nE01099002,y,\"3,000\",2000\n", []int64{25000, 75000}, []string{"title-rows", "number-format"}},
		{"one of mid-2020", "LSOA Code,LSOA Name,LA Code (2018 boundaries),LA name (2018 boundaries),LA Code (2021 boundaries),LA name (2021 boundaries),All Ages,0,1,90+\nE01099001,x,E06000099,z,E06000099,z,\"1,000\",7,8,9\nE01099002,y,E06000099,z,E06000099,z,\"3,000\",7,8,9\n", []int64{25000, 75000}, nil},
		{"lists of patients", "PUBLICATION,EXTRACT_DATE,TYPE,SUB_ICB_LOCATION_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\nP,01APR2024,GP,16C,A99001,ZZ1 1ZZ,ALL,ALL,1000\nP,01APR2024,GP,16C,A99002,ZZ1 1ZZ,ALL,ALL,3000\n", []int64{25000, 75000}, nil},
		{"lists of patients of 2017", "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,ORG_CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\nP,01JUL2017,GP,16C,E38000247,A99001,ZZ1 1ZZ,ALL,ALL,1000\nP,01JUL2017,GP,16C,E38000247,A99002,ZZ1 1ZZ,ALL,ALL,3000\n", []int64{25000, 75000}, nil},
		{"lists with a column for each year of age", "PRACTICE_CODE,POSTCODE,ONS_CCG_CODE,CCG_CODE,ONS_REGION_CODE,NHSE_REGION_CODE,ONS_COMM_RGN_CODE,NHSE_COMM_REGION_CODE,TOTAL_ALL,TOTAL_MALE,TOTAL_FEMALE,MALE_0_1,FEMALE_95+\nA99001,ZZ1 1ZZ,E38000247,16C,E39000031,Q49,E40000001,Y54,1000,900,100,7,5\nA99002,ZZ1 1ZZ,E38000247,16C,E39000031,Q49,E40000001,Y54,3000,100,2900,9,4\n", []int64{25000, 75000}, nil},
		{"lists with a column for five years of age", "GP_PRACTICE_CODE,POSTCODE,CCG_CODE,NHSE_AREA_TEAM_CODE,NHSE_REGION_CODE,TOTAL_ALL,TOTAL_MALE,TOTAL_FEMALES,MALE_0-4,FEMALE_95+\nA99001,ZZ1 1ZZ,16C,Q49,Y54,1000,900,100,7,5\nA99002,ZZ1 1ZZ,16C,Q49,Y54,3000,100,2900,9,4\n", []int64{25000, 75000}, nil},
		{"a header that says population", wide, []int64{25000, 75000}, nil},
		{"the same behind a rank", "lsoa,rank,Population\nA,1,1000\nB,2,3000\n", []int64{25000, 75000}, nil},
		{"an index of pandas", ",lsoa,population\n0,E01999001,1000\n1,E01999002,3000\n", []int64{25000, 75000}, []string{"index-column"}},
		{"row names of R", "\"\",\"lsoa\",\"population\"\n\"1\",\"A\",1000\n\"2\",\"B\",3000\n", []int64{25000, 75000}, []string{"index-column"}},
		{"a byte order mark before a quoted header", "\ufeff\"lsoa\",\"population\"\n\"A\",1000\n\"B\",3000\n", []int64{25000, 75000}, nil},
		{"separators of thousands", "lsoa,population\nA,\"1,000\"\nB,\"3,000\"\n", []int64{25000, 75000}, []string{"number-format"}},
		{"thousands parted by spaces", "lsoa,population\nA,1\u00a0000\nB,3 000\n", []int64{25000, 75000}, []string{"number-format"}},
		{"numbers of the continent", "lsoa;population\nA;1.000,5\nB;3001,5\n", []int64{25000, 75000}, []string{"number-format", "separator"}},
		{"a population with 17 digits", "lsoa,population\nA,1000.0000000000001\nB,3000.0000000000003\n", []int64{25000, 75000}, nil},
		{"a table as a spreadsheet exports it", "\xff\xfel\x00s\x00o\x00a\x00\t\x00p\x00o\x00p\x00u\x00l\x00a\x00t\x00i\x00o\x00n\x00\r\x00\n\x00A\x00\t\x001\x00\r\x00\n\x00B\x00\t\x003\x00\r\x00\n\x00", []int64{25000, 75000}, []string{"separator"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			areas, issues, err := area.Read(strings.NewReader(c.text), area.Layout{}, english.Known()...)
			require.NoError(t, err)
			var codes []string
			for _, issue := range issues {
				require.NotEqual(t, "total-row", issue.Code, issue)
				codes = append(codes, issue.Code)
			}
			require.Subset(t, codes, c.codes)
			require.Equal(t, c.want, allocate(t, sp.Pounds(1000), areas, funding.Policy{}).Minor())
		})
	}
}

func TestAllocateDividesNothingWhereNothingSaysWhatCountsPeople(t *testing.T) {
	for text, candidates := range map[string]string{
		"ward,rank,residents\nA,1,1000\nB,2,3000\nC,3,500\n":                  "it could be one of residents",
		"ward,latitude,score,list size,x\nA,1.5,10.2,1000,7\nB,2,3,3000,9\n":  "it could be one of list size, x",
		"FID,LSOA11CD,imd_decile\n1,E01000001,1\n2,E01000002,2\n":             "none of its columns looks as if it did",
		"LSOA Code,LSOA name (Eng),WIMD 2019\nW01000001,x,1\nW01000002,y,2\n": "none of its columns looks as if it did",
		"LSOA 2021 Code,Total\nE01000001,12\nE01000002,7\nE01000003,9\n":      "it could be one of Total", // crimes, perhaps
		"ward,pop_2019,pop_2020\nA,1000,1100\nB,3000,900\n":                   "it could be one of pop_2019, pop_2020",
		"ward,population,Population \nA,1000,1100\nB,3000,900\n":              "it could be one of population, Population",
	} {
		areas, issues, err := area.Read(strings.NewReader(text), area.Layout{}, english.Known()...)
		require.NoError(t, err, text)
		require.NotEmpty(t, issues)
		_, err = funding.Allocate(sp.Pounds(1000), areas, funding.Policy{})
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "must be stated, as nothing says which column counts people: "+candidates)
	}
	areas, _, err := area.Read(strings.NewReader("ward,rank,residents\nA,1,1000\nB,2,3000\n"), area.Layout{Population: "residents"})
	require.NoError(t, err)
	require.Equal(t, []int64{25000, 75000}, allocate(t, sp.Pounds(1000), areas, funding.Policy{}).Minor())
	_, _, err = area.Read(strings.NewReader("ward,rank,residents\nA,1,1000\nB,2,3000\n"), area.Layout{Population: "people"})
	require.ErrorContains(t, err, "header: invalid: people must be a column, to be the population")
	_, _, err = area.Read(strings.NewReader(file7), area.Layout{Population: "imd_rank"}, english.Known()...)
	require.ErrorContains(t, err, "must count people")
}

func TestAnAreaWithoutAnOpeningIsNotBoundByGrowth(t *testing.T) {
	growth := funding.Policy{Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Cap: funding.Bound{Growth: "0.5"}}
	for _, opening := range []string{"", "0", "0.00", "n/a"} {
		areas, _, err := area.Read(strings.NewReader("practice,population,last_year\nP1,1000,100.00\nP2,1000,100.00\nNEW,500,"+opening+"\n"), area.Layout{})
		require.NoError(t, err)
		for name, p := range map[string]funding.Policy{
			"growth": growth,
			"pace":   {Opening: "last_year", Cap: funding.Bound{Pace: []funding.Pace{{Distance: "0", Growth: "0.5"}}}},
			"damped": {Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Damped: true},
		} {
			a := allocate(t, sp.Pounds(280), areas, p)
			if name == "damped" {
				require.Positive(t, a.Minor()[2])
				continue
			}
			require.Equal(t, []int64{11200, 11200, 5600}, a.Minor(), "%s %q", name, opening)
			for e, err := range a.Explanations() {
				require.NoError(t, err)
				require.Zero(t, e.Steps[len(e.Steps)-1].Money.Cmp(big.NewRat(e.Amount.Minor(), 1)), e.Code)
			}
		}
	}
	// Other limits hold for it as for any area.
	areas, _, err := area.Read(strings.NewReader("practice,population,last_year,limit\nP1,1000,100.00,150.00\nNEW,1000,,20.00\n"), area.Layout{})
	require.NoError(t, err)
	growth.Cap.Column = "limit"
	require.Equal(t, []int64{14000, 2000}, allocate(t, sp.Pounds(160), areas, growth).Minor())
}

func TestAnAreaWithoutAnOpeningIsNewToAComparison(t *testing.T) {
	areas, _, err := area.Read(strings.NewReader("practice,population,last_year\nP1,1000,100.00\nNEW,500,\n"), area.Layout{})
	require.NoError(t, err)
	before, err := funding.Given(areas, "last_year", sp.GBP)
	require.NoError(t, err)
	require.Equal(t, sp.Pounds(100), before.Total())
	after := allocate(t, sp.Pounds(150), areas, funding.Policy{Opening: "last_year"})
	c, err := funding.Compare(before, after)
	require.NoError(t, err)
	require.Equal(t, 1, c.New)
	require.Equal(t, sp.Yes, c.Changes[0].New)
	require.Equal(t, sp.No, c.Changes[1].New)
	distances, err := after.Distances()
	require.NoError(t, err)
	require.Equal(t, []sp.Truth{sp.No, sp.Yes}, []sp.Truth{distances[0].New, distances[1].New})
}

func TestAnAllocationTakesTheMostDeprivedEndOfTheTable(t *testing.T) {
	areas, err := area.New([]string{"a", "b"}, 0)
	require.NoError(t, err)
	for _, c := range []struct {
		name    string
		meaning area.Meaning
		values  []int64
	}{
		{"low", area.Meaning{Kind: area.Rank, Of: 2}, []int64{1, 2}},
		{"high", area.Meaning{Kind: area.Rank, Of: 2, Worst: area.Highest}, []int64{1, 2}},
		{"tenth", area.Meaning{Kind: area.Decile, Worst: area.Lowest}, []int64{1, 10}},
		{"last tenth", area.Meaning{Kind: area.Decile, Worst: area.Highest}, []int64{1, 10}},
	} {
		areas, err = areas.With(c.name, c.meaning, 0, c.values)
		require.NoError(t, err)
	}
	areas, err = areas.With("people", area.Meaning{Kind: area.Count}, 0, []int64{10, 10})
	require.NoError(t, err)
	areas, err = areas.WithPopulation("people")
	require.NoError(t, err)
	for want, factors := range map[int64][]funding.Factor{
		200: {{Column: "low", RankGradient: "1"}, {Column: "tenth", DecileGradient: "1"}},
		100: {{Column: "high", RankGradient: "1"}, {Column: "last tenth", DecileGradient: "1"}},
	} {
		for _, f := range factors {
			a := allocate(t, sp.Pence(300), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{f}}})
			require.Equal(t, want, a.Minor()[0], f.Column)
		}
	}
}

// The order in which columns were added, or tables joined, says nothing.
func TestAnAllocationDoesNotDependOnTheOrderOfColumns(t *testing.T) {
	columns := []string{"imd_rank", "residents", "population"}
	values := map[string][]int64{"imd_rank": {1, 2}, "residents": {100, 300}, "population": {7, 7}}
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}} {
		areas, err := area.New([]string{"a", "b"}, 0)
		require.NoError(t, err)
		for _, k := range order {
			areas, err = areas.With(columns[k], area.Meaning{}, 0, values[columns[k]])
			require.NoError(t, err)
		}
		_, err = funding.Allocate(sp.Pounds(100), areas, funding.Policy{})
		require.ErrorContains(t, err, "must be stated", "whatever the columns are called")
		areas, err = areas.WithPopulation("residents")
		require.NoError(t, err)
		require.Equal(t, []int64{2500, 7500}, allocate(t, sp.Pounds(100), areas, funding.Policy{}).Minor())
	}
	p, err := area.New([]string{"a", "b"}, 0)
	require.NoError(t, err)
	q := p
	p, err = p.With("imd_score", area.Meaning{Kind: area.Score, Worst: area.Highest}, 0, []int64{9, 1})
	require.NoError(t, err)
	q, err = q.With("population", area.Meaning{Kind: area.Count}, 0, []int64{100, 300})
	require.NoError(t, err)
	q, err = q.WithPopulation("population")
	require.NoError(t, err)
	for _, pair := range [][2]*area.Table{{p, q}, {q, p}} {
		joined, err := pair[0].Join(pair[1])
		require.NoError(t, err)
		require.Equal(t, "population", joined.Population())
		require.Equal(t, []int64{2500, 7500}, allocate(t, sp.Pounds(100), joined, funding.Policy{}).Minor())
	}
}

func TestAPolicyThatNamesOneValueTwiceIsAnError(t *testing.T) {
	areas, _, err := area.Read(strings.NewReader("area,population,decile\nA,10,1\nB,10,2\n"), area.Layout{})
	require.NoError(t, err)
	for _, table := range []map[string]string{{"1": "1", "1.0": "3", "2": "1"}, {"1": "1", "+1": "1", "2": "1"}, {"1": "1", "2": "1", "10": "1", "1e1": "2"}, {"1": "1", "2": "1", "0": "1", "-0": "2"}, {"1": "1", "2": "1", "0.5": "1", ".50": "2"}} {
		for range 20 {
			_, err = funding.Allocate(sp.Pounds(1), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "decile", Table: table}}}})
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, "must have one multiplier for each value of its table", table)
		}
	}
}
