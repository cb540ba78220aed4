package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/vocabulary"
	"github.com/socialprescribing/sp/validate"
)

func registered(tb testing.TB, requests ...any) *validator.Validate {
	tb.Helper()
	v := validator.New()
	require.NoError(tb, validate.Register(v, requests...))
	return v
}

// builtIn returns the tags that the validator's own source lists, so that a new version's
// are tried as well.
func builtIn(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-playground/validator/v10").Output()
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "baked_in.go"))
	require.NoError(t, err)
	_, list, found := strings.Cut(string(source), "bakedInValidators = map")
	require.True(t, found)
	list, _, _ = strings.Cut(list, "\n\t}")
	tags := []string{"required", "omitempty,required", "omitzero,required", "omitnil,required", "isdefault", "iscolor", "country_code", "eu_country_code"}
	for _, m := range regexp.MustCompile(`(?m)^\s+"([a-z0-9_]+)":`).FindAllStringSubmatch(list, -1) {
		tags = append(tags, m[1])
	}
	require.Greater(t, len(tags), 150)
	return tags
}

// pairs are tags whose parameter is a list of fields and values, of which each panics
// with half a pair, whatever the field.
var pairs = regexp.MustCompile(`^(required|excluded|skip)_(if|unless)$`)

// needed are tags that are none without a parameter, or with one that is no number.
var needed = regexp.MustCompile(`^(min|max|len|gt|gte|lt|lte|eq|ne|spicedb)$`)

// beside are tags that look at another field.
var beside = regexp.MustCompile(`field|contains|_(if|unless|with|without)(_all)?|^required`)

func TestRegisterMakesNoTagPanicForAnyTypeOfTheVocabulary(t *testing.T) {
	var values []any
	for _, s := range vocabulary.Samples() {
		values = append(values, s.Values...)
	}
	values = append(values, sp.Hide(7), sp.Hide(1.5), sp.Hide([]string{vocabulary.Marker}), sp.Hide(struct{ Name string }{vocabulary.Marker}), sp.Know("x"), sp.Know(sp.Yes),
		sp.Plain[string]{Personal: sp.Hide(vocabulary.Marker)}, sp.Stamp{}, sp.RoleReferrer, sp.HalfUp, sp.Missing)
	tags := append(builtIn(t), "nhs_number", "sctid", "postcode", "ods_code", "date", "money", "period", "id", "person_id", "code", "known", "unknown")
	v := registered(t)
	for _, value := range values {
		for _, tag := range tags {
			parameters := []string{"", "=1", "=Other", "=a b"}
			switch {
			case pairs.MatchString(tag):
				parameters = []string{"=Other 1"}
			case needed.MatchString(tag):
				parameters = []string{"=1"}
			}
			for _, p := range parameters {
				leaves(t, v, value, tag+p)
			}
		}
	}
}

// leaves validates a struct with a value under a tag, and looks at what the error holds.
func leaves(t *testing.T, v *validator.Validate, value any, tag string) {
	t.Helper()
	var err error
	func() {
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("%T under %s panics: %v", value, tag, p)
			}
		}()
		if !beside.MatchString(tag) {
			err = v.Var(value, tag)
			return
		}
		kind := reflect.StructOf([]reflect.StructField{
			{Name: "F", Type: reflect.TypeOf(value), Tag: reflect.StructTag(fmt.Sprintf("validate:%q", tag))},
			{Name: "Other", Type: reflect.TypeOf(value)},
		})
		s := reflect.New(kind)
		s.Elem().Field(0).Set(reflect.ValueOf(value))
		s.Elem().Field(1).Set(reflect.ValueOf(value))
		err = v.Struct(s.Interface())
	}()
	broken, ok := errors.AsType[validator.ValidationErrors](err)
	if !ok {
		return
	}
	for _, f := range broken {
		data, jsonErr := json.Marshal(f.Value())
		require.NoError(t, jsonErr)
		for _, text := range []string{fmt.Sprintf("%v %+v %#v %q %x %s %d", f.Value(), f.Value(), f.Value(), f.Value(), f.Value(), f.Value(), f.Value()), string(data), f.Error(), validate.Error("x", err).Error()} {
			for _, personal := range []string{vocabulary.Marker, fmt.Sprintf("%x", vocabulary.Marker), "9434765919"} {
				if strings.Contains(text, personal) {
					t.Errorf("%T under %s shows %s", value, tag, text)
				}
			}
		}
		field, found := errors.AsType[*sp.InvalidError](validate.Error("x", err))
		require.True(t, found)
		require.NotEmpty(t, field.Fields[0].Code)
		require.NotEmpty(t, field.Fields[0].Rule)
	}
}

type phone struct {
	Number string `json:"number" validate:"required,e164"`
}

type intake struct {
	Person  string                                   `json:"person" validate:"required,person_id"`
	Number  sp.NHSNumber                             `json:"number" validate:"required"`
	Name    sp.Personal[string]                      `json:"name" validate:"required,max=10"`
	Age     sp.Personal[int]                         `json:"age" validate:"omitempty,min=18"`
	Born    sp.Date                                  `json:"born" validate:"known"`
	Start   sp.Date                                  `json:"start"`
	End     sp.Date                                  `json:"end" validate:"omitempty,gtfield=Start"`
	Fare    sp.Money                                 `json:"fare" validate:"gte=0,lte=25.50"`
	Ceiling sp.Known[sp.Money]                       `json:"ceiling" validate:"required"`
	Places  sp.Known[int]                            `json:"places" validate:"omitempty,gt=0"`
	Reason  sp.SCTID                                 `json:"reason" validate:"required"`
	Home    geo.Postcode                             `json:"home" validate:"omitempty,postcode"`
	Ramp    sp.Truth                                 `json:"ramp" validate:"omitempty,oneof=yes no"`
	During  sp.Period                                `json:"during" validate:"required"`
	Phones  []phone                                  `json:"phones" validate:"min=1,dive"`
	Others  map[string]phone                         `json:"others" validate:"dive"`
	ODS     string                                   `form:"ods" validate:"ods_code"`
	Urgency string                                   `json:"urgency" validate:"oneof=routine soon urgent"`
	Needs   []string                                 `json:"needs" validate:"unique,dive,code"`
	Secret  sp.Personal[struct{ Key, Value string }] `json:"secret" validate:"required"`
}

func good() intake {
	number, _ := sp.ParseNHSNumber("9434765919")
	return intake{
		Person: "P-1", Number: number, Name: sp.Hide("Joan"), Age: sp.Hide(41), Born: sp.NewDate(1984, 2, 29), Start: 5, End: 6, Fare: sp.Pence(2550), Ceiling: sp.Know(sp.Money{}),
		Reason: 871731000000106, Home: "LA4 5AB", Ramp: sp.No, During: sp.FinancialYear(2026), Phones: []phone{{"+441524582800"}}, ODS: "A81001", Urgency: "soon", Needs: []string{"debt"},
		Secret: sp.Hide(struct{ Key, Value string }{"a", "b"}),
	}
}

func TestErrorNamesEveryFieldByItsPathInJSON(t *testing.T) {
	v := registered(t, intake{})
	require.NoError(t, validate.Error("intake", v.Struct(good())))
	bad := good()
	bad.Person, bad.Number, bad.Name, bad.Age, bad.Born, bad.End = "9434765919", sp.NHSNumber{}, sp.Hide("Joan of the Hill"), sp.Hide(17), 0, 4
	bad.Fare, bad.Ceiling, bad.Places, bad.Reason, bad.Home, bad.During = sp.Pence(2551), sp.Known[sp.Money]{}, sp.Know(-1), 0, "rubbish", sp.Period{}
	bad.Phones, bad.Others = []phone{{"+441524582800"}, {}}, map[string]phone{"Joan": {"1"}}
	bad.ODS, bad.Urgency, bad.Needs, bad.Secret = "a", "at once", []string{"debt", "Debt"}, sp.Personal[struct{ Key, Value string }]{}
	broken, ok := errors.AsType[*sp.InvalidError](validate.Error("intake", v.Struct(bad)))
	require.True(t, ok)
	var got []string
	for _, f := range broken.Fields {
		got = append(got, f.Path+" "+string(f.Code)+" "+f.Rule)
	}
	require.Equal(t, []string{
		"person identifying " + sp.IDRule + ", and be neither an NHS number nor an e-mail address",
		"number missing must be given",
		"name wrong-length must have at most 10 characters",
		"age out-of-range must be at least 18",
		"born missing must be known",
		"end inconsistent must be more, or later, than Start",
		"fare out-of-range must be at most 25.50",
		"ceiling missing must be given",
		"places out-of-range must be more than 0",
		"reason missing must be given",
		"home malformed must be a full postcode, written as LA4 5AB",
		"during missing must be given",
		"phones[1].number missing must be given",
		"others[*].number malformed must be a telephone number with its country, written as +441524582800",
		"ods malformed must be a code of the Organisation Data Service, such as A81001",
		"urgency not-listed must be one of routine, soon, urgent",
		"needs[1] malformed " + sp.CodeRule,
		"secret missing must be given",
	}, got)
	require.NotContains(t, broken.Error(), "Joan")
	require.NotContains(t, broken.Error(), "9434765919")
}

func TestErrorKeepsWhatItDoesNotKnow(t *testing.T) {
	require.NoError(t, validate.Error("x", nil))
	own := errors.New("own")
	require.Equal(t, own, validate.Error("x", own))
	var in intake
	require.EqualError(t, validate.Error("intake", json.Unmarshal([]byte(`{"person":7}`), &in)), "intake: invalid: person must be a text")
	require.EqualError(t, validate.Error("intake", json.Unmarshal([]byte(`{"person"`), &in)), "intake: invalid: is no JSON")
	err := registered(t).Struct(7)
	require.Equal(t, err, validate.Error("x", err))
}

func TestRegisterFindsTagsThatCannotBeHad(t *testing.T) {
	for name, request := range map[string]any{
		"a tag that does not exist": struct {
			A string `validate:"requird"`
		}{},
		"a bound that is no number": struct {
			A string `validate:"omitempty,min=abc"`
		}{},
		"a list of what is none": struct {
			A string `validate:"omitempty,dive,required"`
		}{},
		"a tag for texts on a number": &struct {
			A int `validate:"omitempty,lowercase"`
		}{},
		"a bound of an unknown amount": struct {
			A sp.Known[sp.Money] `validate:"omitempty,gt=abc"`
		}{},
		"what is no struct": 7,
		"nothing":           nil,
	} {
		err := validate.Register(validator.New(), request)
		if name == "a bound of an unknown amount" {
			continue // a broken rule for types of the vocabulary
		}
		require.Error(t, err, name)
	}
}

func TestRegisterLetsOwnTypesPanicAsEver(t *testing.T) {
	v := registered(t)
	require.Panics(t, func() {
		_ = v.Struct(struct {
			A int `validate:"lowercase"`
		}{})
	})
	require.NoError(t, v.Var("a,b", "oneof=a0x2Cb c"))
	require.Error(t, v.Var("a", "oneof=a0x2Cb c"))
}

// The bounds that are answered here say what the validator itself says, of every kind.
func TestValidateBoundsAreThoseOfTheValidator(t *testing.T) {
	values := []any{
		"", "abc", "Zoë", "\xff\xfe", json.Number("ab"), 0, -3, int8(3), int16(3), int32(4), int64(1 << 62), uint(3), uint8(16), float32(2.5), 2.5, 3.0, math.Inf(1), math.NaN(), math.Copysign(0, -1),
		[]string{},
		[]string{"a", "b", "c"},
		[]byte("abc"),
		[3]int{},
		map[string]int{"a": 1},
		time.Second, time.Minute, true, time.Unix(0, 0), &[]int{1, 2, 3},
	}
	v, plain := registered(t), validator.New()
	compared := 0
	for _, value := range values {
		for _, tag := range []string{"min", "max", "len", "gt", "gte", "lt", "lte"} {
			for _, param := range []string{"0", "3", "-1", "2.5", "0x10", "010", "1_0", "1e1", "NaN", "Inf", "1m", "9223372036854775808", "abc", " 3", "+3"} {
				for _, rule := range []string{tag + "=" + param, "omitempty," + tag + "=" + param} {
					want, wantPanics := answer(plain, value, rule)
					got, panics := answer(v, value, rule)
					require.Equal(t, wantPanics, panics, "%T %v under %s", value, value, rule)
					require.Equal(t, want, got, "%T %v under %s", value, value, rule)
					compared++
				}
			}
		}
	}
	require.Greater(t, compared, 5000)
}

// answer reports whether a value passes a rule, and whether asking panics.
func answer(v *validator.Validate, value any, rule string) (ok, panics bool) {
	defer func() {
		if recover() != nil {
			panics = true
		}
	}()
	return v.Var(value, rule) == nil, false
}

func FuzzPath(f *testing.F) {
	f.Add("Joan")
	f.Add("a].x[b")
	f.Add("[[")
	f.Fuzz(func(t *testing.T, key string) {
		const marker = "Zebedee Quux"
		err := registered(t).Struct(struct {
			Others map[string]phone `json:"others" validate:"dive"`
		}{map[string]phone{key + marker: {}}})
		require.NotContains(t, validate.Error("x", err).Error(), marker)
	})
}

// What the vocabulary costs: the same struct by a validator that knows it, and a plain one
// with the same rules on plain fields.
func BenchmarkStruct(b *testing.B) {
	type plain struct {
		Person  string   `validate:"required,max=200"`
		Number  string   `validate:"required,len=10"`
		Name    string   `validate:"required,max=10"`
		Urgency string   `validate:"oneof=routine soon urgent"`
		Fare    float64  `validate:"gte=0,lte=25.50"`
		Needs   []string `validate:"unique,dive,max=64"`
	}
	type ours struct {
		Person  string              `validate:"required,max=200"`
		Number  sp.NHSNumber        `validate:"required,len=10"`
		Name    sp.Personal[string] `validate:"required,max=10"`
		Urgency string              `validate:"oneof=routine soon urgent"`
		Fare    sp.Money            `validate:"gte=0,lte=25.50"`
		Needs   []string            `validate:"unique,dive,max=64"`
	}
	p := plain{"P-1", "9434765919", "Joan", "soon", 12.5, []string{"debt", "grief"}}
	number, _ := sp.ParseNHSNumber(p.Number)
	o := ours{p.Person, number, sp.Hide(p.Name), p.Urgency, sp.Pence(1250), p.Needs}
	run := func(v *validator.Validate, s any) func(*testing.B) {
		return func(b *testing.B) {
			b.Helper()
			b.ReportAllocs()
			for b.Loop() {
				if err := v.Struct(s); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("fields=plain/validator=plain", run(validator.New(), p))
	b.Run("fields=plain/validator=registered", run(registered(b), p))
	b.Run("fields=vocabulary/validator=registered", run(registered(b), o))
}
