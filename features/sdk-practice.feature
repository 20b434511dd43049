Feature: The practice that the documentation of the SDK promises
  Replay attack prevention: each request has a unique proof.

  @client @AUTH0-PRA-03
  Scenario: A thousand calls, in parallel and over restarts, repeat no proof
    Given the client follows the documentation of the SDK
    When the client calls the API 400 times in parallel
    And the client starts anew
    And the client calls the API 300 times in parallel
    And the client starts anew
    And the client calls the API 300 times in parallel
    Then every proof is new
