package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	sessions "github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/rest"
)

// What requests carry beside their body.
type (
	identified struct {
		ID string `path:"id" minLength:"1" maxLength:"200"`
	}
	keyed struct {
		Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200"`
	}
	matched struct {
		Match string `header:"If-Match" required:"true"`
	}
)

// describe returns the OpenAPI description of routes.
func describe(routes []route) (document map[string]any, err error) {
	r := openapi31.NewReflector()
	r.Spec.Info.WithTitle("Desk").WithVersion("1").WithDescription("The desk of a link worker's team, for other programs.")
	r.SpecEns().SetHTTPBearerTokenSecurity("token", "", "A token of POST "+Prefix+"/sessions.")
	for _, written := range []struct{ as, what any }{ // what does not write itself as its fields say
		{person.Name{}, sp.Personal[person.Name]{}},
		{map[string]any{}, json.RawMessage{}},
		{referral.View{}, &referral.Referral{}},
		{placement.View{}, &placement.Placement{}},
		{sessions.View{}, &sessions.Session{}},
		{needs.View{}, &needs.Assessment{}},
		{caseload.View{}, &caseload.HandOver{}},
		{subject.View{}, &subject.Protocol{}},
	} {
		r.AddTypeMapping(written.what, written.as)
	}
	r.DefaultOptions = append(r.DefaultOptions, jsonschema.InterceptSchema(closed), jsonschema.InterceptSchema(texts), jsonschema.InterceptProp(tags))
	for _, route := range routes {
		if err := route.describe(r); err != nil {
			return nil, fmt.Errorf("api: description of %s %s: %w", route.method, route.path, err)
		}
	}
	data, err := json.Marshal(r.Spec)
	if err != nil {
		return nil, err
	}
	return document, json.Unmarshal(data, &document)
}

func (r route) describe(to *openapi31.Reflector) error {
	o, err := to.NewOperationContext(r.method, Prefix+r.path)
	if err != nil {
		return err
	}
	o.SetSummary(r.does)
	if strings.Contains(r.path, "{id}") {
		o.AddReqStructure(identified{})
	}
	if r.parameters != nil {
		o.AddReqStructure(r.parameters)
	}
	if len(r.roles) > 0 {
		o.AddSecurity("token")
		o.SetDescription(fmt.Sprintf("For roles: %s.", strings.Trim(fmt.Sprint(r.roles), "[]")))
	}
	if r.takes != nil {
		if r.takes != (nothing{}) {
			o.AddReqStructure(r.takes)
		}
		if len(r.roles) > 0 {
			o.AddReqStructure(keyed{})
		}
	}
	if r.seen {
		o.AddReqStructure(matched{})
	}
	if r.status == http.StatusNoContent {
		o.AddRespStructure(nil, openapi.WithHTTPStatus(r.status))
	} else {
		o.AddRespStructure(r.gives, openapi.WithHTTPStatus(r.status), openapi.WithContentType("application/json"))
	}
	if r.takes != nil {
		o.AddRespStructure(rest.Problem{}, openapi.WithHTTPStatus(http.StatusRequestEntityTooLarge), openapi.WithContentType("application/problem+json"))
	}
	o.AddRespStructure(rest.Problem{}, func(u *openapi.ContentUnit) {
		u.IsDefault, u.ContentType, u.Description = true, "application/problem+json", "What is wrong, and what to do next."
	})
	return to.AddOperation(o)
}

// closed says that an object has no other members.
func closed(p jsonschema.InterceptSchemaParams) (stop bool, err error) {
	_, itself := reflect.TypeAssert[json.Marshaler](p.Value) // it writes what it likes
	if p.Processed && !itself && reflect.Indirect(p.Value).Kind() == reflect.Struct && p.Schema.HasType(jsonschema.Object) {
		p.Schema.WithAdditionalProperties(*(&jsonschema.SchemaOrBool{}).WithTypeBoolean(false))
	}
	return false, nil
}

// texts describes what writes itself as a text as one: so do all types of the vocabulary.
func texts(p jsonschema.InterceptSchemaParams) (stop bool, err error) {
	t := p.Value.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	text := reflect.TypeFor[encoding.TextMarshaler]()
	if !strings.HasPrefix(t.PkgPath(), "github.com/socialprescribing/sp") || !t.Implements(text) {
		return false, nil
	}
	p.Schema.Format, p.Schema.Type = nil, nil
	if t.Implements(reflect.TypeFor[json.Marshaler]()) { // it writes itself in more than one way, as a Known does
		return true, nil
	}
	p.Schema.WithType(jsonschema.String.Type())
	if zero, err := json.Marshal(reflect.Zero(t).Interface()); err != nil || string(zero) == "null" { // what is unknown
		p.Schema.Type = nil
		p.Schema.TypeEns().WithSliceOfSimpleTypeValues(jsonschema.String, jsonschema.Null)
	}
	return true, nil
}

// tags describes what the tags of package validate check.
func tags(p jsonschema.InterceptPropParams) error {
	rules, _, _ := strings.Cut(p.Field.Tag.Get("validate"), ",dive")
	for rule := range strings.SplitSeq(rules, ",") {
		if !p.Processed {
			break
		}
		name, of, _ := strings.Cut(rule, "=")
		switch name {
		case "required":
			p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
		case "oneof":
			p.PropertySchema.Enum = nil
			for v := range strings.FieldsSeq(of) {
				p.PropertySchema.Enum = append(p.PropertySchema.Enum, v)
			}
		}
	}
	return nil
}
