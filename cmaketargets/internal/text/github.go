package text

import "strings"

// GitHubData escapes the data of a workflow command, and GitHubProperty the value of a property of
// it, as GitHub's own toolkit does.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
func GitHubData(s string) string { return gitHubData.Replace(s) }

// GitHubProperty is described at GitHubData.
func GitHubProperty(s string) string { return gitHubProperty.Replace(s) }

var (
	gitHubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
