Feature: A client and its refresh tokens
  RFC 6749 §6: the authorization server may replace a refresh token when it is used, and then the old one is discarded;
  where no other comes, the one before goes on. FAPI 2.0 §5.3.3.1 wants both of a client.

  @client @RFC6749-6-01 @FAPI2-5.3.3.1-06
  Scenario: A refresh token that is replaced is discarded
    Given the token endpoint gives the client another refresh token with each refresh
    And the client holds a token by login
    When the client refreshes its token
    And the client refreshes its token again
    Then every refresh goes with the newest refresh token
    And the client succeeds

  @client @RFC6749-6-01
  Scenario: A refresh that is challenged goes on with the refresh token that the repetition brings
    Given the token endpoint gives the client another refresh token with each refresh
    And the client holds a token by login
    And the token endpoint challenges the client once
    When the client refreshes its token
    And the client refreshes its token again
    Then every refresh goes with the newest refresh token
    And the client succeeds

  @client @RFC6749-6-02 @FAPI2-5.3.3.1-06
  Scenario Outline: A refresh token that is not replaced is used again
    Given the token endpoint gives the client <what>
    And the client holds a token by login
    When the client refreshes its token
    And the client refreshes its token again
    Then every refresh goes with the newest refresh token
    And the client succeeds

    Examples:
      | what                                     |
      | no refresh token with a refresh          |
      | the same refresh token with each refresh |

  @client @RFC6749-6-03
  Scenario: A refresh token that was refused is not sent again
    Given the client holds a token by login
    And the token endpoint answers the client with invalid_grant
    When the client refreshes its token
    And the client refreshes its token again
    Then no refused refresh token is sent again
