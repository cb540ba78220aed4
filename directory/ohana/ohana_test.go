package ohana_test

import (
	"context"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/stretchr/testify/require"
)

func read(tb testing.TB, files fs.FS) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	c, issues, err := ohana.Read(tb.Context(), files, feed.Options{Feed: "bay"})
	require.NoError(tb, err)
	return c, issues
}

func ExampleRead() {
	files := importertest.Folder(
		"organizations.csv", "id,name\n1,Tidewell\n",
		"locations.csv", "id,organization_id,name,latitude,longitude\n7,1,Tidewell Centre,54.07,-2.86\n",
		"services.csv", "id,location_id,name,fees\n12,7,The Long Table,None.\n13,8,Men's Shed,\n",
	)
	catalogue, issues, err := ohana.Read(context.Background(), files, feed.Options{Feed: "bay"})
	if err != nil {
		panic(err)
	}
	for _, offer := range catalogue.Offers() {
		fmt.Println(offer.ID, offer.Name, offer.Provider, offer.Cost.Within(sp.Money{}, 0))
	}
	for _, issue := range issues {
		fmt.Println(issue)
	}
	// Output:
	// bay/12@7 The Long Table Tidewell yes
	// bay/13@8 Men's Shed  unknown
	// services.csv:3: 13: location_id: refers to a record that is not there (dangling-reference, warning)
}

func TestReadTakesLinesThatEndWithACarriageReturnAlone(t *testing.T) {
	c, _ := read(t, importertest.Folder("services.csv", "id,location_id,name,fees\r1,,A,5\r"))
	require.Len(t, c.Services, 1)
	c, _ = read(t, importertest.Folder("services.csv", "id,location_id,name\r\n1,,\"A\rB\"\r\n"))
	require.Len(t, c.Services, 1, "within a field it is text")
}

func TestReadFindsTheParentOfATermByItsNumber(t *testing.T) {
	for name, tt := range map[string]struct {
		terms string
		want  []string
	}{
		"a number that is an identifier too, of another term": {"id,name,taxonomy_id,parent_id,parent_name\n1,Money,2,,\n2,Debt,2-01,2,Money\n", []string{"Debt of Money"}},
		"an identifier that is a number too":                  {"id,name,taxonomy_id,parent_id,parent_name\n1,Money,2,,\n2,Debt,2-01,,\n3,Loans,2-02,2,Debt\n", []string{"Loans of Debt"}},
		"nobody says which":                                   {"id,name,taxonomy_id,parent_id\n1,Money,2,\n2,Debt,2-01,2\n", nil},
		"numbers alone":                                       {"taxonomy_id,name,parent_id\n1,Money,\n1-01,Debt,1\n", []string{"Debt of Money"}},
	} {
		c, _ := read(t, importertest.Folder("taxonomy.csv", tt.terms, "services.csv", "id,location_id,name,taxonomy_ids\n1,,A,1\n"))
		var got []string
		for _, l := range c.Broader {
			got = append(got, l.From.Display+" of "+l.To.Display)
		}
		require.Equal(t, tt.want, got, name)
	}
}

// A column of a service lists the numbers of terms, and not the identifiers beside them.
func TestReadTakesTopicsByTheirNumbers(t *testing.T) {
	for terms, want := range map[string][]string{
		"id,name,taxonomy_id\n1,Emergency,101\n101,Choirs,999\n2,Debt,102\n": {"Emergency", "Debt"}, // 101 is an identifier too
		"taxonomy_id,name\n101,Emergency\n102,Debt\n":                        {"Emergency", "Debt"},
		"id,name,taxonomy_id\n101,Emergency,x\n102,Debt,x\n":                 {"Emergency", "Debt"}, // of one taxonomy
		"id,name,taxonomy_id\n1,Emergency,101\n2,Fire,101\n3,Debt,102\n":     {"Debt"},
	} {
		c, _ := read(t, importertest.Folder("taxonomy.csv", terms, "services.csv", "id,location_id,name,taxonomy_ids\n1,,A,\"101, 102\"\n"))
		var got []string
		for _, topic := range c.Services[0].Topics {
			got = append(got, topic.Display)
		}
		require.Equal(t, want, got, terms)
	}
}

func TestReadReportsTheFaultsOfTables(t *testing.T) {
	const services, locations = "id,location_id,name\n", "id,organization_id,latitude,longitude\n"
	for _, tt := range []struct {
		name     string
		files    fstest.MapFS
		services int
		issues   map[string]int
	}{
		{"a quote that stands for itself costs nothing", importertest.Folder("services.csv", services+"1,,\"A\"x\n2,,B\n"), 2, map[string]int{"note  bare-quote": 1, "note location_id no-location": 2}},
		{"a short row is reported and used", importertest.Folder("services.csv", "id,name,location_id\n1,A\n"), 1, map[string]int{"warning  field-count": 1, "note location_id no-location": 1}},
		{"a long row keeps what is left over", importertest.Folder("services.csv", "name,id\nA,1,more,still\n"), 1, map[string]int{"warning  field-count": 1, "note location_id no-location": 1}},
		{"a row without an id has one of its own", importertest.Folder("services.csv", services+",,A\n,,B\n"), 2, map[string]int{"warning id missing-id": 2, "note location_id no-location": 2}},
		{"an id twice", importertest.Folder("services.csv", services+"1,,A\n1,,B\n"), 2, map[string]int{"error id duplicate-id": 1, "note location_id no-location": 2}},
		{"a name that is missing", importertest.Folder("services.csv", "id,location_id,name,description\n1,,,Tea\n"), 1, map[string]int{"warning name missing-name": 1, "note location_id no-location": 1}},
		{"an identifier and nothing else", importertest.Folder("services.csv", services+"1,,\n"), 0, map[string]int{"error name no-record": 1}},
		{"text that is not UTF-8", importertest.Folder("services.csv", services+"1,,Caf\xe9\n"), 1, map[string]int{"note  windows-1252": 1, "note location_id no-location": 1}},
		{"a byte order mark and capitals in the header", importertest.Folder("services.csv", "\uFEFFID,Location_ID,Name\n1,,A\n"), 1, map[string]int{"note location_id no-location": 1}},
		{"a column twice", importertest.Folder("services.csv", "id,location_id,name,name\n1,,A,B\n"), 1, map[string]int{"warning name duplicate-column": 1, "note location_id no-location": 1}},
		{"files put behind each other", importertest.Folder("services.csv", services+"1,,A\n\uFEFFid,Location_ID,name\n2,,B\n"), 2, map[string]int{"note  repeated-header": 1, "note location_id no-location": 2}},
		{"a file without a header", importertest.Folder("services.csv", ""), 0, map[string]int{"error  empty-file": 1}},
		{
			"coordinates that are none", importertest.Folder("services.csv", services, "locations.csv", locations+"1,,north,1\n2,,1,\n3,,91,1\n4,,1,181\n5,,0,0\n6,,NaN,1\n7,9,,\n"), 0,
			map[string]int{
				"warning latitude bad-latitude": 2, "warning longitude bad-longitude": 1, "warning latitude no-coordinates": 2, "warning longitude no-coordinates": 1,
				"note latitude placeholder": 1, "note latitude no-coordinates": 1, "note organization_id dangling-reference": 1,
			},
		},
		{
			"rows that belong to nothing", importertest.Folder(
				"services.csv", services, "locations.csv", locations+"1,,54,-2\n",
				"addresses.csv", "id,location_id,city\n1,1,A\n2,1,B\n3,2,C\n",
				"phones.csv", "id,location_id,service_id,contact_id,number\n1,1,,,(443) 910-2640\n2,,5,,(443) 910-2640\n3,,,,911\n4,,,6,+1 443 910 2640\n",
				"contacts.csv", "id,name\n6,Ann Persona\n",
			), 0,
			map[string]int{
				"note location_id second-address": 1, "error location_id dangling-reference": 1, "error service_id dangling-reference": 1,
				"error  dangling-reference": 2, "error contact_id dangling-reference": 1,
			},
		},
		{
			"files and columns that are not read", importertest.Folder(
				"services.csv", services+"1,1,A\n", "locations.csv", locations+"1,,54,-2\n", "categories.csv", "id\n",
				"phones.csv", "id,location_id,number,vanity_number\n1,1,(443) 910-2640,CALL\n",
			), 1, map[string]int{"note  not-imported": 1},
		},
		{
			"terms that the taxonomy lacks", importertest.Folder(
				"taxonomy.csv", "taxonomy_id,name,parent_id\n101,Food,1\n101,Meals,1\n103,Tea,1\n,Nothing,\n", "services.csv", "id,location_id,name,taxonomy_ids\n1,,A,\"101, 102\"\n",
			), 1, map[string]int{
				"error id missing-id": 1, "error id duplicate-id": 1, "note taxonomy_ids unknown-term": 1,
				"note parent_id unknown-term": 1, "note location_id no-location": 1,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := read(t, tt.files)
			require.Len(t, c.Services, tt.services)
			require.Empty(t, cmp.Diff(tt.issues, importertest.Counts(issues)))
			for _, i := range issues {
				require.NotContains(t, i.Error(), "Persona", "no names of people")
				require.Positive(t, i.Line)
			}
			importertest.Sound(t, c)
		})
	}
	_, _, err := ohana.Read(t.Context(), importertest.Folder("phones.csv", "number\n"), feed.Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "import: read services.csv")
}

func TestReadRepeatsNoShiftedRowInItsIssues(t *testing.T) {
	_, issues := read(t, importertest.Folder(
		"services.csv", "id,location_id,name,taxonomy_ids\n1,Ann Persona,A,ask for Ann Persona\n",
		"locations.csv", "id,organization_id,latitude,longitude\n1,Ann Persona,Ann Persona,\n",
		"phones.csv", "id,service_id,number\n1,Ann Persona,Ann Persona\n",
	))
	require.NotEmpty(t, issues)
	for _, i := range issues {
		require.NotContains(t, i.Error(), "Persona")
	}
}

func TestWhetherAPlaceIsVirtualIsReadOrKept(t *testing.T) {
	c, _ := read(t, importertest.Folder(
		"services.csv", "id,location_id,name,status\n1,1,A,Active\n2,2,B,\n3,3,C,\n",
		"locations.csv", "id,organization_id,latitude,longitude,virtual\n1,,54,-2,False\n2,,54,-2,true\n3,,54,-2,partly\n",
	))
	require.Equal(t, directory.Physical, c.Places[0].Kind)
	require.Equal(t, directory.Virtual, c.Places[1].Kind)
	require.JSONEq(t, `"partly"`, string(c.Places[2].Extra["virtual"]))
	offers := c.Offers()
	require.Equal(t, sp.Yes, offers[0].Delivery[directory.InPerson], "it has a physical place")
	require.Equal(t, sp.Unknown, offers[2].Delivery[directory.InPerson])
	require.Equal(t, sp.Yes, offers[0].Status.Open(), "in any case")
}

func TestReadKeepsFeesWithMarkupAsWritten(t *testing.T) {
	c, issues := read(t, importertest.Folder("services.csv", "id,location_id,name,fees\n1,,A,<b>None</b> for members\n"))
	require.Equal(t, "None  for members", c.Services[0].Cost.Text)
	require.JSONEq(t, `"<b>None</b> for members"`, string(c.Services[0].Extra["fees"]))
	require.Equal(t, map[string]int{"note fees markup": 1, "note location_id no-location": 1}, importertest.Counts(issues))
}

func TestReadTakesSetPhrasesAtTheirWord(t *testing.T) {
	readOne := func(column, text string) directory.Service {
		c, _ := read(t, importertest.Folder("services.csv", "id,location_id,name,"+column+"\n1,,A,\""+text+"\"\n"))
		return c.Services[0]
	}
	for text, want := range map[string]directory.Charge{
		"None.    ": directory.Free, "free": directory.Free, "By donation": directory.Donation,
		"": "", "None for residents.": "", "Free for members, $5 for others": "",
	} {
		require.Equal(t, want, readOne("fees", text).Cost.Charge, text)
	}
	for text, want := range map[string]string{
		"Ages 18 and older.": "18 and over", "Ages 5-12": "5 to 12", "Serves all ages.": "all ages",
		"Ages 18 and older with a referral": "unknown", "Ages 65 to 12": "unknown", "Ages 999 and over": "unknown",
	} {
		require.Equal(t, want, readOne("eligibility", text).Eligibility.Ages.String(), text)
	}
	require.Equal(t, sp.No, readOne("eligibility", "Open to anyone.").Eligibility.Restricted)
	require.Equal(t, sp.Unknown, readOne("eligibility", "Open to anyone in Baltimore.").Eligibility.Restricted)
	require.Equal(t, directory.Truths[directory.Language]{"es": sp.Yes, "ase": sp.Yes}, readOne("languages", "Spanish, ASL.").Languages)
	vague := readOne("languages", "No.")
	require.Nil(t, vague.Languages, "which is not Norwegian")
	require.JSONEq(t, `"No."`, string(vague.Extra["languages"]))
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("id,name\n1,A\n"), []byte("id,organization_id,latitude,longitude\n7,1,54,-2\n"), []byte("id,location_id,name,fees\n1,7,\"A\",None\n"), []byte("service_id,number\n1,911\n"))
	f.Fuzz(func(t *testing.T, organisations, locations, services, phones []byte) {
		c, _ := read(t, importertest.Folder("organizations.csv", string(organisations), "locations.csv", string(locations), "services.csv", string(services), "phones.csv", string(phones)))
		importertest.Sound(t, c)
	})
}
