package hsds_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func TestReadJSONMakesTextsPlain(t *testing.T) {
	for text, want := range map[string]string{
		`&lt;b&gt;Tea&lt;/b&gt; &lt;script&gt;steal()&lt;/script&gt;`: "Tea",
		`&amp;amp;lt;i&amp;amp;gt;Tea&amp;amp;lt;/i&amp;amp;gt;`:      "Tea",
		`under &lt;16s and over &gt;60s`:                              "under <16s and over >60s",
		`I &lt;3 tea`:                                                 "I <3 tea",
		`Tea &amp; cake`:                                              "Tea & cake",
		`<style>p{}</style>Tea<!-- soon -->`:                          "Tea",
		`Tea<script>x`:                                                "Tea",
		`Fish &amp; chips <3`:                                         "Fish & chips <3",
	} {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		c, issues := parse(t, service(`"description":`+string(quoted)))
		require.Equal(t, want, c.Services[0].Description, text)
		require.Equal(t, 1, faults(issues)["note description markup"], text)
		require.JSONEq(t, string(quoted), string(c.Services[0].Extra["description"]))
	}
	c, _ := parse(t, `{"id":"1","name":"Women&#39;s caf&eacute;","status":"active","organization":{"id":"o","name":"Men&rsquo;s Shed"}}`)
	require.Equal(t, "Women's café", c.Services[0].Name)
	require.Equal(t, "Men’s Shed", c.Organisations[0].Name)
	index := directory.NewIndex(c.Offers())
	for _, text := range []string{"women's", "womens cafe", "MEN'S SHED", "men’s-shed", "cafe\u0301"} {
		require.Equal(t, 1, index.Find(directory.Query{Text: text, Unknown: directory.ExcludeUnknown}).Total, text)
	}
	c, issues := parse(t, service(`"description":"Open:\\n\\nMonday"`))
	require.Equal(t, "Open:\n\nMonday", c.Services[0].Description)
	require.Equal(t, map[string]int{"note description escaped-breaks": 1}, faults(issues))
}

func TestReadJSONReportsMojibakeAndRepairsItOnRequest(t *testing.T) {
	const text = `{"id":"1","name":"CafÃ© club","status":"active","description":"Â£10 an hour, itâ€™s friendly, and Zoë knows"}`
	c, issues := parse(t, text)
	require.Equal(t, "CafÃ© club", c.Services[0].Name)
	require.Equal(t, map[string]int{"note name bad-encoding": 1, "note description bad-encoding": 1}, faults(issues))
	c, _ = parseWith(t, text, feed.Options{Repairs: feed.Repairs{Mojibake: true}})
	require.Equal(t, "Café club", c.Services[0].Name)
	require.Equal(t, "£10 an hour, it’s friendly, and Zoë knows", c.Services[0].Description)
	require.JSONEq(t, `"CafÃ© club"`, string(c.Services[0].Extra["name"]))
}

func TestReadJSONTakesWordsForNothingAsNothing(t *testing.T) {
	c, issues := parse(t, `{"id":"1","name":"Null","description":"NULL","status":"null","url":"nan","email":"None","fees":"None","organization_id":"null","minimum_age":"null",
		"schedules":[{"freq":"null","byday":"null","opens_at":"null"}],"organization":"null"}`)
	s := c.Services[0]
	require.Equal(t, "Null", s.Name, "names are never words for nothing")
	require.Empty(t, s.Description+s.URL+s.Email+string(s.Status)+string(s.Organisation)+s.Cost.Text+string(s.Cost.Charge))
	require.Empty(t, s.Schedules)
	require.Equal(t, 11, func() (n int) {
		for _, i := range issues {
			if i.Code == "placeholder" {
				n++
			}
		}
		return n
	}())
	c, _ = parse(t, service(`"fees":"None"`))
	require.Equal(t, directory.Free, c.Services[0].Cost.Charge, "where nothing else is written so, people wrote it")
}

func TestLinksAreAddressesOfPages(t *testing.T) {
	for url, want := range map[string]string{
		"https://bay.example/a?b=1&copy=2": "https://bay.example/a?b=1&copy=2", "javascript:alert(1)": "", "http:www.bay.example": "http://www.bay.example",
		"www.bay.example": "http://www.bay.example", "data:text/html,x": "", "https://bay.example/<b>": "", " https://bay.example ": "https://bay.example", "see Facebook": "",
		"JaVaScRiPt:alert(1)//https://bay.example": "", "https:/bay.example": "https://bay.example", "ftp://bay.example": "",
	} {
		quoted, err := json.Marshal(url)
		require.NoError(t, err)
		c, issues := parse(t, service(`"url":`+string(quoted)))
		require.Equal(t, want, c.Services[0].URL, url)
		if want == "" {
			require.Equal(t, 1, faults(issues)["warning url bad-url"], url)
			require.JSONEq(t, string(quoted), string(c.Services[0].Extra["url"]))
		}
	}
	for email, want := range map[string]string{"a@bay.example": "a@bay.example", "mailto:a@bay.example": "a@bay.example", "ask at the desk": "", "a@b": "", "<a@bay.example>": ""} {
		c, _ := parse(t, service(`"email":"`+email+`"`))
		require.Equal(t, want, c.Services[0].Email, email)
	}
}

// tag is what a browser may take for the start of markup.
var tag = regexp.MustCompile(`<[A-Za-z/!?]`)

// However often a text was escaped, what comes out is no markup, and there is
// nothing more to be done about it.
func FuzzTextsArePlain(f *testing.F) {
	for _, s := range []string{
		"&lt;b&gt;Tea", "&amp;amp;amp;amp;amp;amp;amp;amp;amp;lt;script&gt;", "<<b>b>", "<scr<script>ipt>", "&#60;a href='x'", "&lt&lt;b", "I <3 tea", "<!--", "&amp;#x26;lt;b",
		"a\\\\nb", "Ã©", "<style>", "under <16",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted, err := json.Marshal(strings.ToValidUTF8(text, ""))
		require.NoError(t, err)
		c, _ := parse(t, `{"id":"1","status":"active","name":`+string(quoted)+`,"description":`+string(quoted)+`,"fees":`+string(quoted)+`}`)
		for _, s := range c.Services {
			for _, plain := range []string{s.Name, s.Description, s.Cost.Text} {
				require.NotRegexp(t, tag, plain)
			}
			again, err := json.Marshal(s.Description)
			require.NoError(t, err)
			back, issues := parse(t, service(`"description":`+string(again)))
			require.Equal(t, 0, faults(issues)["note description markup"], "%q became %q", text, back.Services[0].Description)
		}
	})
}

func TestHSDSRefusesLinksThatMislead(t *testing.T) {
	for _, url := range []string{`http://bay.example\\@evil.example`, "https://bay.example@evil.example", "http://http://bay.example", "https://user:word@bay.example/"} {
		c, issues := parse(t, service(`"url":"`+url+`"`))
		require.Empty(t, c.Services[0].URL, url)
		require.Equal(t, map[string]int{"warning url bad-url": 1}, faults(issues), url)
	}
	c, _ := parse(t, service(`"url":"https://bay.example:8443/@vestry"`))
	require.Equal(t, "https://bay.example:8443/@vestry", c.Services[0].URL)
	c, _ = parse(t, service(`"email":"a@bay.example?bcc=b@evil.example"`))
	require.Empty(t, c.Services[0].Email)
}

func TestHSDSTakesWordsForNothingAsNothing(t *testing.T) {
	c, _ := parse(t, service(`"phones":[{"id":"p","number":"NULL"},{"id":"q","number":""}],"languages":[{"id":"g","name":"None"}],"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"NaT","until":"null"}],
		"service_at_locations":[{"id":"v","location":{"id":"l","name":"NULL","latitude":"nan","longitude":"nan"}}]`))
	s := c.Services[0]
	require.Empty(t, s.Phones)
	require.Empty(t, s.Languages)
	require.Empty(t, c.Places[0].Name, "places are called nothing")
	require.Equal(t, sp.Yes, s.Schedules[0].Occurs(importertest.Day("2026-12-15")))
}

func TestHSDSReadsTelephoneNumbersThatStandByThemselves(t *testing.T) {
	c, issues := parse(t, service(`"phone":"01632 960101","contacts":[{"id":"c","name":"Ann Persona","telephone":"01632 960102"}]`))
	require.Equal(t, "01632 960101", c.Services[0].Phones[0].Number)
	require.Equal(t, "01632 960102", c.Services[0].Contacts[0].Phones[0].Number)
	require.Equal(t, map[string]int{"note phone text-for-object": 1, "note contacts[0].telephone text-for-object": 1}, faults(issues))
}
