package decode_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/geo"
)

// A request has every shape that a field can have.
type request struct {
	Audit
	ID       string                      `json:"id"`
	On       sp.Date                     `json:"on"`
	At       time.Time                   `json:"at"`
	Cost     sp.Money                    `json:"cost"`
	Rate     decimal.Decimal             `json:"rate"`
	Number   sp.NHSNumber                `json:"number"`
	Name     sp.Personal[name]           `json:"name"`
	Age      sp.Known[int]               `json:"age"`
	During   sp.Period                   `json:"during"`
	Where    geo.Point                   `json:"where"`
	Children int8                        `json:"children"`
	Rooms    uint                        `json:"rooms"`
	Share    float64                     `json:"share"`
	Urgent   bool                        `json:"urgent"`
	Services []service                   `json:"services"`
	Pair     [2]int                      `json:"pair"`
	Picture  []byte                      `json:"picture"`
	Days     map[sp.Date]service         `json:"days"`
	Notes    map[string]sp.Personal[int] `json:"notes"`
	Next     *request                    `json:"next"`
	Free     any                         `json:"free"`
	Calendar sp.Calendar                 `json:"calendar"`
	Count    int                         `json:"count,string"`
}

// Audit is embedded, so it is exported.
type Audit struct {
	By string `json:"by"`
}

type name struct {
	Given  string `json:"given"`
	Family string `json:"family"`
}

type service struct {
	Code   sp.SCTID `json:"code"`
	Phones []struct {
		Number string `json:"number"`
	} `json:"phones"`
}

type fault struct { // an sp.Field without its tags
	Path string
	Code sp.Fault
	Rule string
}

func TestJSONNamesEveryBrokenFieldByItsPath(t *testing.T) {
	for input, want := range map[string][]fault{
		`{}`: nil,
		`{"on":"2026-02-30","age":"old","services":[{},{},{"code":"871731000000107","phones":[{"number":7}]}]}`: {
			{"on", sp.Malformed, "must be a day of the calendar, written as 2026-11-23"},
			{"age", sp.WrongType, "must be a whole number from -9223372036854775808 to 9223372036854775807"},
			{"services[2].code", sp.Malformed, "fails its check digit: look for a mistyped or swapped digit"},
			{"services[2].phones[0].number", sp.WrongType, "must be a text"},
		},
		`{"by":1,"next":{"by":2,"next":{"id":{}}}}`: {
			{"by", sp.WrongType, "must be a text"}, {"next.by", sp.WrongType, "must be a text"}, {"next.next.id", sp.WrongType, "must be a text"},
		},
		`{"children":128,"rooms":-1,"share":"half","urgent":1,"pair":[1],"picture":"?"}`: {
			{"children", sp.OutOfRange, "must be a whole number from -128 to 127"},
			{"rooms", sp.Malformed, "must be a whole number from 0 to 18446744073709551615"},
			{"share", sp.WrongType, "must be a number"},
			{"urgent", sp.WrongType, "must be true or false"},
			{"pair", sp.WrongLength, "must have 2 items"},
			{"picture", sp.Malformed, "must be a text in base64"},
		},
		`{"children":1.5,"urgent":false,"pair":{},"picture":[1],"services":{},"days":[],"next":7,"during":[],"name":"Joan"}`: {
			{"children", sp.Malformed, "must be a whole number from -128 to 127"},
			{"pair", sp.WrongType, "must be a list"},
			{"picture", sp.WrongType, "must be a text in base64"},
			{"services", sp.WrongType, "must be a list"},
			{"days", sp.WrongType, "must be an object"},
			{"next", sp.WrongType, "must be an object"},
			{"during", sp.WrongType, "must be an object with the days start and end, written as 2026-04-01"},
			{"name", sp.WrongType, "must be an object"},
		},
		`{"at":"yesterday","cost":12,"rate":"a lot","during":{"start":"2026-04-31","end":"x"},"where":{"lat":91},"name":{"given":1,"family":[]}}`: {
			{"at", sp.Malformed, "must be a time, written as 2026-11-23T09:30:00Z"},
			{"cost", sp.WrongType, "must be a text"},
			{"rate", sp.Malformed, "cannot be read as decimal.Decimal"},
			{"during.start", sp.Malformed, "must be a day of the calendar, written as 2026-11-23"},
			{"during.end", sp.Malformed, "must be a day of the calendar, written as 2026-11-23"},
			{"where.lat", sp.OutOfRange, "must be from -90 to 90"},
			{"name.given", sp.WrongType, "must be a text"},
			{"name.family", sp.WrongType, "must be a text"},
		},
		`{"id":null,"on":null,"at":null,"cost":null,"number":null,"age":null,"services":null,"days":null,"next":null,"children":null,"pair":null,"free":null,"urgent":null}`: {
			{"id", sp.Missing, "must not be null"},
			{"cost", sp.Missing, "must not be null"},
			{"children", sp.Missing, "must not be null"},
			{"pair", sp.Missing, "must not be null"},
			{"urgent", sp.Missing, "must not be null"},
		},
		`{"id":"null","free":{"a":[null,{"b":null}]},"services":[null]}`: {{"services[0]", sp.Missing, "must not be null"}},
		`{"Id":"1","servcies":[],"comment":"Joan","id":"2"}`: {
			{"", sp.UnknownMember, `has a member that does not exist, the 1st; "id" was probably meant`},
			{"", sp.UnknownMember, `has a member that does not exist, the 2nd; "services" was probably meant`},
			{"", sp.UnknownMember, `has a member that does not exist, the 3rd`},
		},
		`{"id":"1","id":"2","free":{"x":{"y":1,"y":2}},"name":{"given":"a","given":"b"}}`: {
			{"", sp.Duplicate, "has a member for the second time, the 2nd"},
			{"free[0]", sp.Duplicate, "has a member for the second time, the 2nd"},
			{"name", sp.Duplicate, "has a member for the second time, the 2nd"},
		},
		`{"days":{"2026-11-02":{},"Joan":{"code":"1"}},"notes":{"Joan":"secret"}}`: {
			{"days[1]", sp.Malformed, "must be a day of the calendar, written as 2026-11-23"},
			{"days[1].code", sp.Malformed, "must have from 6 to 18 digits and no leading zero"},
			{"notes[0]", sp.WrongType, "must be a whole number from -9223372036854775808 to 9223372036854775807"},
		},
		`{"calendar":{"zone":"Londres","holidays":["2026-12-25","Christmas"]}}`: {
			{"calendar.zone", sp.NotListed, `must be a time zone of the IANA database, such as "Europe/London"`},
			{"calendar.holidays[1]", sp.Malformed, "must be a day of the calendar, written as 2026-11-23"},
		},
		`{"name":{"given":"a","famly":"b"}}`: {{"name", sp.UnknownMember, `has a member that does not exist, the 2nd; "family" was probably meant`}},
		`{"name":"[personal]"}`:              {{"name", sp.WrongType, "must be an object"}},
		`{"number":"943 476 5918"}`:          {{"number", sp.Malformed, "fails its check digit: look for a mistyped or swapped digit"}},
		`{"count":"x"}`:                      {{"", sp.Malformed, "cannot be read as what it should be"}},
		`{"id":"` + "\xff" + `"}`:            {{"id", sp.Malformed, "must be UTF-8"}},
		`{"` + "\xff" + `":1}`:               {{"", sp.Malformed, "has a member whose name is not UTF-8, the 1st"}, {"", sp.UnknownMember, "has a member that does not exist, the 1st"}},
		`{"on":"x","id":` + "\n" + `oh}`:     {{"on", sp.Malformed, "must be a day of the calendar, written as 2026-11-23"}, {"id", sp.Malformed, "is no JSON in line 2, column 1"}},
		`{"id":"1"`:                          {{"", sp.Malformed, "is no JSON, as it ends too early, in line 1, column 10"}},
		`{"services":[{]}`:                   {{"services[0]", sp.Malformed, "is no JSON in line 1, column 15"}},
		``:                                   {{"", sp.Malformed, "is no JSON, as it ends too early, in line 1, column 1"}},
		`{} {}`:                              {{"", sp.Malformed, "must be one JSON value, with nothing after it"}},
		`[]`:                                 {{"", sp.WrongType, "must be an object"}},
		`null`:                               {{"", sp.Missing, "must not be null"}},
	} {
		t.Run(input, func(t *testing.T) {
			got, err := decode.JSON[request]([]byte(input), decode.Options{Subject: "request"})
			if want == nil {
				require.NoError(t, err)
				return
			}
			require.Empty(t, cmp.Diff(request{}, got), "nothing is read in part")
			broken, ok := errors.AsType[*sp.InvalidError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, "request", broken.Subject)
			require.Len(t, broken.Fields, len(want))
			for i, f := range broken.Fields {
				require.Equal(t, want[i], fault(f))
			}
			for _, typed := range []string{"Joan", "secret", "yesterday", "a lot", "comment", "943 476 5918"} {
				require.NotContains(t, err.Error(), typed)
			}
		})
	}
}

func TestJSONReadsWhatItIsGiven(t *testing.T) {
	type kept struct {
		ID   string         `json:"id"`
		Rest map[string]any `json:",embed"`
	}
	k, err := decode.JSON[kept]([]byte(`{"id":"1","more":true}`), decode.Options{})
	require.NoError(t, err)
	require.Equal(t, kept{ID: "1", Rest: map[string]any{"more": true}}, k)
	n, err := decode.JSON[[]sp.Money]([]byte(`["1.50 GBP","0"]`), decode.Options{})
	require.NoError(t, err)
	require.Equal(t, []sp.Money{sp.Pence(150), {}}, n)
	r, err := decode.Read[request](strings.NewReader(`{"name":{"given":"Joan"},"age":0,"by":"ann","count":"7"}`), decode.Options{})
	require.NoError(t, err)
	require.Equal(t, "Joan", r.Name.Reveal().Given)
	require.Equal(t, sp.Know(0), r.Age)
	require.Equal(t, "ann", r.By)
	require.Equal(t, 7, r.Count)
	_, err = decode.Read[request](iotest.ErrReader(io.ErrUnexpectedEOF), decode.Options{})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotErrorIs(t, err, sp.ErrInvalid)
}

func TestJSONRefusesWhatIsHostile(t *testing.T) {
	many := func(each string, n int) string { return strings.Repeat(each+",", n) + each }
	deep := func(n int) string { return `{"free":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	for name, c := range map[string]struct {
		input, want string
		o           decode.Options
	}{
		"more bytes than are allowed":        {input: `{"id":"` + strings.Repeat("x", 1<<20) + `"}`, want: "invalid: must have at most 1048576 bytes"},
		"more bytes than the caller allows":  {input: `{"id":"123456"}`, o: decode.Options{Bytes: 10}, want: "invalid: must have at most 10 bytes"},
		"more levels than are allowed":       {input: deep(64), want: "invalid: must have at most 64 levels of objects and lists"},
		"levels that never close":            {input: strings.Repeat("[", 100_000), want: "invalid: must have at most 64 levels of objects and lists"},
		"more levels than the caller allows": {input: `[[[]]]`, o: decode.Options{Depth: 2}, want: "invalid: must have at most 2 levels of objects and lists"},
		"far more values than text":          {input: `{"services":[` + many(`{}`, 200_000) + `]}`, want: "invalid: stands for far more than its size"},
	} {
		_, err := decode.Read[request](strings.NewReader(c.input), c.o)
		require.EqualError(t, err, c.want, name)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	for _, fine := range []string{`{"id":"` + strings.Repeat("x", 200) + `",` + deep(63)[1:], `{"id":"` + strings.Repeat(`[\"[`, 100) + `"}`, `{"free":[` + many(`["a longer text"]`, 100) + `]}`} {
		_, err := decode.JSON[request]([]byte(fine), decode.Options{})
		require.NoError(t, err)
	}
	_, err := decode.JSON[[]string]([]byte(`[`+many(`1`, 2_499)+`]`), decode.Options{})
	broken, ok := errors.AsType[*sp.InvalidError](err)
	require.True(t, ok)
	require.Len(t, broken.Fields, 1001)
	require.Equal(t, sp.Field{Path: "[999]", Code: sp.WrongType, Rule: "must be a text"}, broken.Fields[999])
	require.Equal(t, sp.Field{Code: sp.WrongLength, Rule: "has 1500 faults more than are listed"}, broken.Fields[1000])
}

// Both ways of reading agree: the fast one accepts exactly what the walk finds no fault in.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"on":"2026-02-30","services":[{"code":"871731000000106","phones":[{"number":7}]}]}`, `{"id":null,"next":{"id":"1"}}`, `{"days":{"2026-11-02":{}}}`,
		`{"name":{"given":"x"},"during":{"start":"2026-04-01"},"where":{"lat":54,"lon":-2}}`, `{"pair":[1,2],"picture":"AAAA","count":"1","free":{"a":[null]}}`, `{"id":"1"`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decode.JSON[request](data, decode.Options{Bytes: 1 << 16, Depth: 20})
		if err == nil {
			return
		}
		broken, ok := errors.AsType[*sp.InvalidError](err)
		require.True(t, ok)
		require.NotEmpty(t, broken.Fields)
		require.Empty(t, cmp.Diff(request{}, got))
		for _, field := range broken.Fields {
			require.NotEmpty(t, field.Code)
			require.NotEmpty(t, field.Rule)
		}
	})
}

func ExampleJSON() {
	type intake struct {
		Person sp.Personal[string] `json:"person"`
		Born   sp.Date             `json:"born"`
		Needs  []struct {
			Code     string        `json:"code"`
			Severity sp.Known[int] `json:"severity"`
		} `json:"needs"`
	}
	body := `{"person": "Joan", "born": "1948-02-30", "needs": [{"code": "grief"}, {"code": "debt", "severity": "high"}], "nedes": []}`
	_, err := decode.JSON[intake]([]byte(body), decode.Options{Subject: "intake"})
	if broken, ok := errors.AsType[*sp.InvalidError](err); ok {
		for _, f := range broken.Fields {
			fmt.Println(f.Path, f.Code)
		}
	}
	// Output:
	// born malformed
	// needs[1].severity wrong-type
	//  unknown-member
}
