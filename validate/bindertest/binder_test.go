// Package bindertest puts requests through the binders of gin and of echo, whose
// validators know the vocabulary.
package bindertest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/validate"
)

// An intake is checked by gin under "binding" and by echo under "validate".
type intake struct {
	Person string              `json:"person" form:"person" binding:"required,person_id" validate:"required,person_id"`
	Number sp.NHSNumber        `json:"number" form:"number" binding:"required" validate:"required"`
	Name   sp.Personal[string] `json:"name" form:"name" binding:"max=10" validate:"max=10"`
	Born   sp.Date             `json:"born" form:"born" binding:"known" validate:"known"`
	Fare   sp.Money            `json:"fare" form:"fare" binding:"gt=0" validate:"gt=0"`
	Phones []struct {
		Number string `json:"number" binding:"required" validate:"required"`
	} `json:"phones" binding:"dive" validate:"dive"`
}

const (
	good   = `{"person":"P-1","number":"943 476 5919","name":"Joan","born":"1948-02-29","fare":"2.50 GBP","phones":[{"number":"1"}]}`
	bad    = `{"person":"joan@example.org","name":"Joan of the Hill","fare":"0","phones":[{"number":"1"},{}]}`
	typed  = `{"person":7}`
	broken = `{"person"`
)

// wrong are the paths and codes of what the bad one breaks.
var wrong = []string{"person identifying", "number missing", "name wrong-length", "born missing", "fare out-of-range", "phones[1].number missing"}

// served answers as a service does: the fields, or what was read.
func served(t *testing.T, handler http.Handler, r *http.Request) (int, []string) {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	var fields []sp.Field
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &fields), w.Body.String())
	require.NotContains(t, w.Body.String(), "Joan")
	require.NotContains(t, w.Body.String(), "joan@example.org")
	var got []string
	for _, f := range fields {
		got = append(got, f.Path+" "+string(f.Code))
	}
	return w.Code, got
}

// fieldsOf returns the fields of an error, and none where there is none.
func fieldsOf(err error) (int, []sp.Field) {
	if err == nil {
		return http.StatusOK, []sp.Field{}
	}
	invalid, ok := errors.AsType[*sp.InvalidError](validate.Error("intake", err))
	if !ok {
		return http.StatusInternalServerError, []sp.Field{}
	}
	return http.StatusUnprocessableEntity, invalid.Fields
}

func withGin(t *testing.T) http.Handler {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	v, ok := binding.Validator.Engine().(*validator.Validate)
	require.True(t, ok)
	require.NoError(t, validate.Register(v, intake{}))
	g := gin.New()
	g.POST("/", func(c *gin.Context) {
		var in intake
		c.JSON(fieldsOf(c.ShouldBind(&in)))
	})
	g.POST("/form", func(c *gin.Context) {
		var in ginForm
		c.JSON(fieldsOf(c.ShouldBind(&in)))
	})
	return g
}

// An echoValidator is what echo asks for.
type echoValidator struct{ v *validator.Validate }

func (e echoValidator) Validate(i any) error { return e.v.Struct(i) }

func withEcho(t *testing.T) http.Handler {
	t.Helper()
	v := validator.New()
	require.NoError(t, validate.Register(v, intake{}))
	e := echo.New()
	e.Validator = echoValidator{v}
	e.POST("/", func(c echo.Context) error {
		var in intake
		err := c.Bind(&in)
		if err == nil {
			err = c.Validate(&in)
		}
		return c.JSON(fieldsOf(err))
	})
	return e
}

func TestBindersTellEveryFieldByItsPath(t *testing.T) {
	for name, handler := range map[string]http.Handler{"gin": withGin(t), "echo": withEcho(t)} {
		t.Run(name, func(t *testing.T) {
			post := func(body string) *http.Request {
				r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				return r
			}
			code, got := served(t, handler, post(good))
			require.Equal(t, http.StatusOK, code)
			require.Empty(t, got)
			code, got = served(t, handler, post(bad))
			require.Equal(t, http.StatusUnprocessableEntity, code)
			require.Equal(t, wrong, got)
			_, got = served(t, handler, post(typed))
			require.Equal(t, []string{"person wrong-type"}, got)
			_, got = served(t, handler, post(broken))
			require.LessOrEqual(t, len(got), 1)
		})
	}
}

// A ginForm says to gin that its fields read text, which gin takes for JSON otherwise.
type ginForm struct {
	Number sp.NHSNumber        `form:"number,parser=encoding.TextUnmarshaler" binding:"required"`
	Name   sp.Personal[string] `form:"name,parser=encoding.TextUnmarshaler" binding:"max=10"`
	Born   sp.Date             `form:"born,parser=encoding.TextUnmarshaler" binding:"known"`
	Fare   sp.Money            `form:"fare,parser=encoding.TextUnmarshaler" binding:"gt=0"`
}

func TestBindersReadTheVocabularyFromForms(t *testing.T) {
	form := url.Values{"person": {"P-1"}, "number": {"943 476 5919"}, "name": {"Joan"}, "born": {"1948-02-29"}, "fare": {"2.50 GBP"}}
	send := func(handler http.Handler, path, fare string) (int, []string) {
		form.Set("fare", fare)
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return served(t, handler, r)
	}
	for handler, path := range map[http.Handler]string{withGin(t): "/form", withEcho(t): "/"} {
		code, got := send(handler, path, "2.50 GBP")
		require.Equal(t, http.StatusOK, code, "%s: %v", path, got)
		code, got = send(handler, path, "-1.00 GBP")
		require.Equal(t, http.StatusUnprocessableEntity, code)
		require.Equal(t, []string{"fare out-of-range"}, got)
	}
}
