Feature: The practice that the documentation of the SDK promises
  Replay attack prevention: each request has a unique proof.

  @client @AUTH0-PRA-03 @id:a-thousand-calls-in-parallel-and-over-restarts-repeat-no-proof
  Scenario: A thousand calls, over restarts, repeat no proof
    Given the client follows the documentation of the SDK
    When the client fetches from the API 400 times, several at a time if it can be driven so
    And the client starts anew
    And the client fetches from the API 300 times, several at a time if it can be driven so
    And the client starts anew
    And the client fetches from the API 300 times, several at a time if it can be driven so
    Then every proof is new

  @client @AUTH0-KEY-14
  Scenario: Two environments that share a key are warned about
    Given the client runs in this process
    And a target file whose key file is shared with another
    When the target files are checked for their keys
    Then the check warns of both target files

  @client @AUTH0-PRA-02
  Scenario Outline: A key file that others can get at is warned about
    Given the client runs in this process
    And a target file whose key file <is open>
    When the target files are checked for their keys
    Then the check warns of the key file

    Examples:
      | is open               |
      | can be read by others |
      | is tracked by git     |

  @client @AUTH0-PRA-02
  Scenario: A key file that is kept well is not warned about
    Given the client runs in this process
    And a target file whose key file is kept well
    When the target files are checked for their keys
    Then the check warns of nothing

  @client @AUTH0-PRA-01
  Scenario: The errors of DPoP are counted in the report by code and party
    Given the client follows the documentation of the SDK
    And the token endpoint challenges the client once
    And the API challenges the client once
    When the client uses the token endpoint
    And the client uses the API
    Then the report counts 1 use_dpop_nonce at the token endpoint and 1 at the API
