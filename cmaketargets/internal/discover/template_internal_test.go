package discover

import "testing"

func TestTemplate(t *testing.T) {
	for name, want := range map[string]string{
		"{{cookiecutter.project_slug}}": "{{cookiecutter.project_slug}}",
		"lib{{ name }}":                 "{{ name }}",
		"{% if x %}a{% endif %}":        "{% if x %}a{% endif %}",
		"%{ProjectName}":                "%{ProjectName}",
		"<%= name %>":                   "<%= name %>",
		"<%=":                           "<%=", // an argument of project() ends at a space
		"${artifactId}":                 "${artifactId}",
		"@PROJECT@":                     "@PROJECT@",
		"lib@PROJECT_NAME@-dev":         "@PROJECT_NAME@",
		"@name@":                        "@name@",
		"":                              "",
		"app":                           "",
		"{a,b}":                         "",
		"100%":                          "",
		"$HOME":                         "",
		"a${HOME}b":                     "",
		"@scope":                        "",
		"tools@v2@old":                  "",
		"job@2@tmp":                     "",
		"user@host":                     "",
		"A{{":                           "{{",
		"%{":                            "",
		"}} {{":                         "{{",
	} {
		if want != "" {
			want = "template: " + want + " stands for a name"
		}
		if got := template(name); got != want {
			t.Errorf("template(%q) = %q, want %q", name, got, want)
		}
	}
}
