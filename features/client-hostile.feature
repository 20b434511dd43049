Feature: A client before a broken or hostile server
  Whatever a server answers, the client ends its call, says so, and works again afterwards.

  @client @RFC9449-8-10
  Scenario Outline: An answer that makes no sense ends in an error
    Given the <endpoint> answers the client with <nonsense>
    When the client uses the <endpoint>
    Then the client stops after at most 5 requests
    And the client fails cleanly or goes on with another token

    Examples:
      | endpoint       | nonsense                     |
      | token endpoint | an empty body                |
      | token endpoint | HTML                         |
      | token endpoint | JSON nested too deep         |
      | token endpoint | JSON cut in the middle       |
      | token endpoint | no access token              |
      | token endpoint | a megabyte of blanks         |
      | PAR endpoint   | HTML                         |
      | PAR endpoint   | an empty body                |
      | API            | a challenge of 8000 letters  |
      | API            | a hundred challenges         |
      | API            | a challenge cut in a quote   |
      | API            | a status that does not exist |

  @client @RFC9449-7.1-01
  Scenario: A token that no field can carry is not sent
    Given the token endpoint answers the client with a token that no field takes
    When the client obtains a token and fetches from the API
    Then the client fails cleanly

  @client @RFC9449-8-10
  Scenario Outline: After nonsense the client works again
    Given the client holds a token
    And the API answers the client with <nonsense>
    When the client fetches from the API
    And the client fetches from the API again
    Then the client succeeds

    Examples:
      | nonsense                    |
      | a challenge of 8000 letters |
      | a challenge cut in a quote  |
      | a cut connection            |
